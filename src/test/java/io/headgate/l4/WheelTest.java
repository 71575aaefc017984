package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Outcome;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WheelTest {

    private static final long SECOND = 10;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    private final Wheel wheel = new Wheel(channel.eventLoop(), ticker);
    private final List<String> due = new ArrayList<>();

    @Test
    void whatBeginsAfterTheLoopWasHeldUpHasAllItsTime() {
        wheel.armIn(deadline("old"), SECOND);
        ticker.advance(3, TimeUnit.SECONDS); // and the loop does not get to its tasks
        wheel.armIn(deadline("new"), SECOND);
        channel.runScheduledPendingTasks();
        assertThat(due).isEmpty(); // the sockets are read first
        ticker.advance(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(due).containsExactly("old");
        assertThat(wheel.found(Outcome.TIMEOUT)).isEqualTo(Outcome.TIMEOUT);
        pass(800);
        assertThat(due).containsExactly("old");
        pass(400);
        assertThat(due).containsExactly("old", "new");
    }

    @Test
    void itStopsTickingWhenNothingIsAwaitedAndGoesOnLater() {
        wheel.armIn(deadline("first"), SECOND);
        pass(5000);
        assertThat(channel.hasPendingTasks()).isFalse();
        wheel.armIn(deadline("second"), SECOND);
        assertThat(due).containsExactly("first");
        pass(1200);
        assertThat(due).containsExactly("first", "second");
    }

    @Test
    void whatIsFoundAfterAHoldUpSaysNothingOfAMember() {
        List<Outcome> found = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            wheel.armIn(new Wheel.Deadline() {
                @Override
                long due(long now) {
                    found.add(wheel.found(Outcome.TIMEOUT));
                    return Wheel.NEVER;
                }
            }, SECOND * (1 + 9 * i));
        }
        ticker.advance(3, TimeUnit.SECONDS);
        pass(10_000);
        assertThat(found).containsExactly(Outcome.UNKNOWN, Outcome.TIMEOUT);
    }

    private void pass(int millis) {
        for (int i = 0; i < millis / 100; i++) {
            ticker.advance(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private Wheel.Deadline deadline(String name) {
        return new Wheel.Deadline() {
            @Override
            long due(long now) {
                due.add(name);
                return Wheel.NEVER;
            }
        };
    }
}
