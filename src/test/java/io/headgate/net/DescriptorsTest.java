package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTest {

    private final Descriptors descriptors = new Descriptors();

    /** Half of what is left when the reserve and the pipes have theirs; at least one client. */
    @ParameterizedTest
    @CsvSource({"300, 68, 94, 6", "1024, 92, 422, 28", "1048576, 92, 491462, 32764", "100, 92, 1, 0"})
    void clientsGetHalfOfWhatIsFree(long limit, long open, int half, int pipes) {
        descriptors.divide(limit, open);
        assertThat(descriptors.half()).isEqualTo(half);
        assertThat(descriptors.pipes()).isEqualTo(pipes);
    }

    @Test
    void theLimitIsThatOfTheProcess() {
        descriptors.look();
        assertThat(descriptors.limit()).isGreaterThan(100);
        assertThat(descriptors.half()).isBetween(1, (int) descriptors.limit() / 2);
    }

    @Test
    void oneIsAcceptedBeyondTheHalfAndThenNobodyUntilOthersHaveLeft() {
        descriptors.divide(36, 0);
        AcceptGate gate = new AcceptGate(descriptors);
        EmbeddedChannel listening = new EmbeddedChannel(gate);
        EmbeddedChannel[] clients = new EmbeddedChannel[4];
        for (int i = 0; i < 3; i++) {
            assertThat(listening.config().isAutoRead()).as("before client %d", i).isTrue();
            clients[i] = new EmbeddedChannel();
            listening.writeInbound(clients[i]);
        }
        assertThat(descriptors.isContended()).isTrue();
        assertThat(listening.config().isAutoRead()).isFalse();
        listening.config().setAutoRead(true); // as Netty does after a pause of its own
        clients[3] = new EmbeddedChannel();
        listening.writeInbound(clients[3]);
        assertThat(listening.config().isAutoRead()).isFalse();
        clients[0].close();
        listening.runPendingTasks();
        assertThat(listening.config().isAutoRead()).as("one is still too many").isFalse();
        clients[1].close();
        listening.runPendingTasks();
        assertThat(listening.config().isAutoRead()).isTrue();
        assertThat(descriptors.isFull()).isFalse();
        assertThat(descriptors.isContended()).as("somebody may wait still").isTrue();
        listening.advanceTimeBy(1, TimeUnit.SECONDS);
        listening.runScheduledPendingTasks();
        assertThat(descriptors.isContended()).isFalse();
        assertThat(descriptors.clients()).isEqualTo(2);
    }

    /** The port is gone: nobody waits there, and nothing may be read from it. */
    @Test
    void aSocketThatWasClosedMeanwhileAcceptsNobody() {
        descriptors.divide(36, 0);
        EmbeddedChannel listening = new EmbeddedChannel(new AcceptGate(descriptors));
        EmbeddedChannel[] clients = new EmbeddedChannel[3];
        for (int i = 0; i < 3; i++) {
            clients[i] = new EmbeddedChannel();
            listening.writeInbound(clients[i]);
        }
        listening.close();
        clients[0].close();
        listening.runPendingTasks();
        assertThat(listening.config().isAutoRead()).isFalse();
        listening.advanceTimeBy(1, TimeUnit.SECONDS);
        listening.runScheduledPendingTasks();
        assertThat(descriptors.isContended()).isFalse();
    }

    @Test
    void whereThereIsNoLimitNobodyEverWaits() {
        descriptors.divide(-1, 92);
        assertThat(descriptors.half()).isEqualTo(Integer.MAX_VALUE);
        assertThat(descriptors.pipes()).isEqualTo(Integer.MAX_VALUE);
        descriptors.enter();
        assertThat(descriptors.isFull()).isFalse();
    }

    @Test
    void whoeverWaitsIsWokenOnceAndAtOnceWhereThereIsRoom() {
        descriptors.divide(36, 0);
        AtomicInteger woken = new AtomicInteger();
        descriptors.whenFree(woken::incrementAndGet);
        assertThat(woken).hasValue(1);
        for (int i = 0; i < 3; i++) {
            descriptors.enter();
        }
        descriptors.whenFree(woken::incrementAndGet);
        assertThat(woken).hasValue(1);
        descriptors.leave();
        descriptors.leave();
        assertThat(woken).hasValue(2);
    }

    @Test
    void unusedConnectionsToMembersMakeRoomWhenTheirHalfIsUsed() {
        descriptors.divide(36, 0);
        descriptors.opened();
        assertThat(descriptors.isMembersHalfUsed()).isFalse();
        descriptors.opened();
        assertThat(descriptors.isMembersHalfUsed()).isTrue();
        descriptors.closed();
        assertThat(descriptors.isMembersHalfUsed()).isFalse();
    }
}
