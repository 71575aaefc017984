package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Arrival;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.port.Refused;
import io.headgate.pool.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that takes nothing of its answer; what waits is less than would stop the writing. */
class AnswerWatchTest {

    private final EmbeddedChannel client = new EmbeddedChannel() {

        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
            // it takes nothing by itself
        }
    };
    private final SlowRequest slow = new SlowRequest(client.eventLoop(), new OpenAttempts(), false,
            new KeptBodies(-1, 0).new Share(), Arrival.PLAIN, null);

    @BeforeEach
    void start() {
        client.freezeTime();
    }

    @AfterEach
    void end() {
        client.finishAndReleaseAll();
    }

    private AnswerWatch watched(int parts) {
        AnswerWatch watch = AnswerWatch.begin(slow, client);
        for (int i = 0; i < parts; i++) {
            client.writeAndFlush(Unpooled.wrappedBuffer(new byte[100]));
        }
        client.runPendingTasks();
        return watch;
    }

    private boolean isOpenAfter(int seconds) {
        for (int i = 0; i < seconds; i++) {
            client.advanceTimeBy(1, TimeUnit.SECONDS);
            client.runScheduledPendingTasks();
        }
        return client.isOpen();
    }

    @Test
    void itIsClosedWhenNothingLeaves() {
        watched(1);
        assertThat(isOpenAfter(29)).isTrue();
        assertThat(isOpenAfter(20)).isFalse();
        assertThat(Refused.why(client)).isEqualTo(Reason.CLIENT_STALLED);
    }

    @Test
    void itIsStillClosedWhenAllIsWritten() {
        watched(1).end();
        assertThat(isOpenAfter(50)).isFalse();
    }

    @Test
    void itStaysWhileItTakesSomething() {
        watched(5);
        for (int i = 0; i < 5; i++) {
            assertThat(isOpenAfter(25)).isTrue();
            client.unsafe().outboundBuffer().remove();
        }
        assertThat(isOpenAfter(100)).as("the member is silent").isTrue();
        client.writeAndFlush(Unpooled.wrappedBuffer(new byte[100]));
        assertThat(isOpenAfter(50)).isFalse();
    }

    @Test
    void nothingStaysBehind() {
        watched(0).end();
        assertThat(client.runScheduledPendingTasks()).isEqualTo(-1);
        watched(1).end();
        client.unsafe().outboundBuffer().remove();
        assertThat(isOpenAfter(10)).isTrue();
        assertThat(client.runScheduledPendingTasks()).isEqualTo(-1);
    }
}
