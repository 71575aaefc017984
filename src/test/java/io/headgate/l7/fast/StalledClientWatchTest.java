package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that takes nothing of what is written for it. What is not flushed has not left. */
class StalledClientWatchTest {

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel client = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext context = client.pipeline().firstContext();
    private final AtomicInteger asked = new AtomicInteger();
    private boolean cared;
    private Embedded lab = new Embedded(Timeouts.DEFAULT, ticker);

    @AfterEach
    void end() {
        lab.close();
        client.finishAndReleaseAll();
    }

    private StalledClientWatch watched() {
        StalledClientWatch stall = new StalledClientWatch(lab.worker, context, () -> {
            asked.incrementAndGet();
            return cared;
        });
        context.write(Unpooled.wrappedBuffer(new byte[100]));
        stall.watch();
        return stall;
    }

    private boolean isOpenAfter(int seconds) {
        ticker.advance(seconds, TimeUnit.SECONDS);
        lab.worker.deadlines().sweep(lab.worker.now());
        client.runPendingTasks();
        return client.isOpen();
    }

    @Test
    void itIsClosedWhenNothingLeaves() {
        watched();
        assertThat(isOpenAfter(29)).isTrue();
        assertThat(isOpenAfter(1)).isFalse();
    }

    @Test
    void itStaysWhileSomethingLeaves() {
        watched();
        client.flushOutbound();
        assertThat(isOpenAfter(30)).isTrue();
        assertThat(isOpenAfter(30)).isFalse();
    }

    @Test
    void itStaysWhileAnExchangeHasAnEyeOnIt() {
        watched();
        cared = true;
        assertThat(isOpenAfter(30)).isTrue();
        cared = false;
        assertThat(isOpenAfter(30)).isFalse();
    }

    /** Whoever gives a pool's clients more time gives it to all that nobody else has an eye on. */
    @ParameterizedTest
    @CsvSource({"5, 30", "45, 45", "0, 100000"})
    void noPoolsTimeoutIsCutShort(int send, int seconds) {
        lab.close();
        lab = new Embedded(new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(send), Duration.ZERO,
                Duration.ZERO), ticker);
        watched();
        isOpenAfter(30);
        assertThat(isOpenAfter(Math.max(0, seconds - 31))).isEqualTo(seconds > 30);
        assertThat(isOpenAfter(1)).isEqualTo(send == 0);
    }

    /** Of an exchange the deadline is its own: who takes something in {@code timeouts.send} is only slow. */
    @Test
    void aSlowClientHasItsAnswer() {
        lab.client.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {

            @Override
            public void flush(ChannelHandlerContext ctx) {
                // nothing leaves
            }
        });
        EmbeddedChannel member = lab.connection();
        lab.send(lab.client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        lab.send(member, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(40_000));
        for (int i = 0; i < 4; i++) {
            lab.send(member, "x".repeat(40_000));
        }
        ChannelOutboundBuffer unsent = lab.client.unsafe().outboundBuffer();
        unsent.addFlush();
        for (int taken = 0; taken < 3; taken++) {
            isOpenAfter(20);
            unsent.remove();
            isOpenAfter(10);
            assertThat(lab.client.isOpen() && !lab.client.isWritable()).isTrue();
        }
        isOpenAfter(30);
        assertThat(lab.client.isOpen()).isFalse();
        assertThat(lab.served.getLast().reason()).isEqualTo(Reason.CLIENT_STALLED);
    }

    @Test
    void whatIsAllRightOrGoneIsNotWatched() {
        StalledClientWatch stall = watched();
        stall.end();
        assertThat(isOpenAfter(30)).isTrue();
        client.close();
        stall.watch();
        isOpenAfter(30);
        assertThat(asked).hasValue(0);
    }
}
