package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Timeouts;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that takes nothing of what is written for it. What is not flushed has not left. */
class StallTest {

    private static final long PATIENCE = Timeouts.DEFAULT.send().toNanos();

    private final Embedded lab = new Embedded();
    private final EmbeddedChannel client = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final AtomicInteger asked = new AtomicInteger();
    private boolean cared;
    private final ChannelHandlerContext context = client.pipeline().firstContext();
    private final Stall stall = new Stall(lab.worker, context, () -> {
        asked.incrementAndGet();
        return cared;
    });

    @AfterEach
    void end() {
        lab.close();
        client.finishAndReleaseAll();
    }

    private void write() {
        context.write(Unpooled.wrappedBuffer(new byte[100]));
    }

    /** Does what is due when the patience that began just now has gone by. */
    private void pass() {
        lab.worker.deadlines().sweep(lab.worker.now() + PATIENCE);
        client.runPendingTasks();
    }

    @Test
    void itIsClosedWhenNothingLeaves() {
        write();
        stall.watch();
        lab.worker.deadlines().sweep(lab.worker.now() + PATIENCE / 2);
        assertThat(client.isOpen()).isTrue();
        pass();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void itStaysWhileSomethingLeaves() {
        write();
        stall.watch();
        client.flushOutbound();
        pass();
        assertThat(client.isOpen()).isTrue();
        pass();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void itStaysWhileAnExchangeHasAnEyeOnIt() {
        write();
        stall.watch();
        cared = true;
        pass();
        assertThat(client.isOpen()).isTrue();
        cared = false;
        pass();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whatIsGoneOrAllRightIsNotWatched() {
        write();
        stall.watch();
        stall.end();
        pass();
        assertThat(client.isOpen()).isTrue();
        client.close();
        stall.watch();
        pass();
        assertThat(asked).hasValue(0);
    }
}
