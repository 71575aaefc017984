package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Arrival;
import io.headgate.l7.KeptBodies;
import io.headgate.pool.Outcome;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TunnelTest {

    /** A side whose socket is full. */
    private static final class Full extends EmbeddedChannel {

        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
            // it takes nothing
        }
    }

    private final EmbeddedChannel client = new Full();
    private final EmbeddedChannel member = new EmbeddedChannel();
    private final SlowRequest slow = new SlowRequest(client.eventLoop(), new OpenAttempts(), false,
            new KeptBodies(-1, 0).new Share(), Arrival.PLAIN, null);

    @Test
    void aClientThatTakesNothingIsClosedSomeTimeAfterTheMemberHasGone() {
        client.freezeTime();
        new Tunnel(slow, client, member).end(null);
        member.runPendingTasks();
        assertThat(member.isOpen()).isFalse();
        client.advanceTimeBy(29, TimeUnit.SECONDS);
        client.runScheduledPendingTasks();
        assertThat(client.isOpen()).isTrue();
        client.advanceTimeBy(1, TimeUnit.SECONDS);
        client.runScheduledPendingTasks();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void nothingIsLeftToDoForASideThatHasTakenAll() {
        new Tunnel(slow, member, new EmbeddedChannel()).end(null);
        member.runPendingTasks();
        assertThat(member.isOpen()).isFalse();
        assertThat(member.runScheduledPendingTasks()).isEqualTo(-1);
    }

    /** A filter goes on elsewhere, while its client leaves. */
    @Test
    void whatIsTakenAfterARequestIsOverIsGivenBackAtOnce() {
        AtomicInteger given = new AtomicInteger();
        slow.whenOver(given::incrementAndGet);
        slow.end(Outcome.UNKNOWN);
        assertThat(given).hasValue(1);
        slow.whenOver(() -> given.addAndGet(10));
        assertThat(given).hasValue(11);
    }
}
