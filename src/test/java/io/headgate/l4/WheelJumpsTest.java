package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wheel while its loop is held up for any time: a paused container, a suspended machine, a slow task. */
class WheelJumpsTest {

    private static final Duration FOR_EVER = Duration.ofSeconds(60);
    private static final int RUNS = Integer.getInteger("headgate.timer-runs", 100);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    private final Wheel wheel = new Wheel(channel.eventLoop(), ticker);
    private int looks;
    private boolean early;

    /**
     * The wait is that of a relay between its looks, or of a UDP session; both in ticks of a tenth of a
     * second.
     */
    @ParameterizedTest
    @CsvSource({"75, 500", "75, 439", "511, 2", "600, 6", "3000, 2", "1, 511", "1, 512", "1, 513",
            "1, 100000"})
    void aDeadlineThatIsPutOffEndsNoMatterHowLongTheLoopWasHeldUp(long wait, long heldUp) {
        for (int i = 0; i < 5; i++) {
            wheel.armIn(new Again(wait), 1 + i);
        }
        ticker.advance(heldUp * 100, TimeUnit.MILLISECONDS);
        assertTimeoutPreemptively(FOR_EVER, this::runPutOff);
        assertThat(looks).isBetween(1, 5);
    }

    /** Longer than the wheel's span of 51 s, with and without a hold-up before. */
    @ParameterizedTest
    @CsvSource({"0, 900", "0, 511", "0, 512", "600, 20", "1200, 900"})
    void aLimitIsNeverOverTooEarly(long heldUp, long limit) {
        wheel.armIn(new Again(Wheel.NEVER), 1);
        ticker.advance(heldUp * 100, TimeUnit.MILLISECONDS); // and the loop does not get to its tasks
        Expected expected = new Expected();
        expected.arm(limit);
        while (!expected.over) {
            ticker.advance(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
        assertThat(expected.overAt - expected.at).isBetween(0L, 1L);
    }

    @Test
    void whatFailsIsLookedAtAgainAndTheOthersAreLookedAtToo() {
        int[] failures = new int[1];
        wheel.armIn(new Wheel.Deadline() {
            @Override
            long due(long now) {
                if (failures[0]++ == 0) {
                    throw new OutOfMemoryError("no memory, in a test");
                }
                return Wheel.NEVER;
            }
        }, 2);
        Expected other = new Expected();
        other.arm(3);
        for (int i = 0; i < 100; i++) {
            ticker.advance(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
        assertThat(other.over).isTrue();
        assertThat(failures[0]).isEqualTo(2);
    }

    /**
     * Any jumps, and any arming, putting off and taking away between and within them: every deadline is due
     * once, within a tick of its time or at the first run after a hold-up.
     */
    @Test
    void everyDeadlineIsDueOnceAndInTimeWhateverTheClockDoes() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            assertTimeoutPreemptively(FOR_EVER, () -> run(random), "seed " + seed);
        }
    }

    /** After a hold-up what is due waits for one turn of the loop. */
    private void runPutOff() {
        channel.runScheduledPendingTasks();
        ticker.advance(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void run(Random random) {
        List<Expected> all = new ArrayList<>();
        for (int step = 0; step < 100; step++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                Expected one = new Expected();
                all.add(one);
                one.putOff = random.nextInt(3);
                one.other = all.get(random.nextInt(all.size()));
                one.random = random;
                one.arm(ticks(random));
            }
            if (random.nextInt(4) == 0) {
                all.get(random.nextInt(all.size())).disarm();
            }
            ticker.advance(jump(random), TimeUnit.MILLISECONDS);
            long now = wheel.present();
            runPutOff();
            assertThat(early).as("due too early, or without being armed").isFalse();
            for (Expected one : all) {
                assertThat(one.armed && one.at < now - 1).as("overdue at %s: %s", now, one.at).isFalse();
            }
        }
        all.forEach(Expected::disarm);
        ticker.advance(1, TimeUnit.HOURS);
        runPutOff();
        runPutOff();
        assertThat(channel.hasPendingTasks()).as("a timer without a deadline").isFalse();
    }

    private static long ticks(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> 510 + random.nextInt(4);
            case 2 -> random.nextInt(40_000);
            default -> random.nextInt(512);
        };
    }

    private static long jump(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 51_000 + random.nextInt(400);
            case 1 -> random.nextInt(4_000_000);
            case 2 -> random.nextInt(60_000);
            default -> random.nextInt(250);
        };
    }

    private final class Again extends Wheel.Deadline {

        private final long wait;

        Again(long wait) {
            this.wait = wait;
        }

        @Override
        long due(long now) {
            looks++;
            return wait == Wheel.NEVER ? wait : now + wait;
        }
    }

    private final class Expected extends Wheel.Deadline {

        private long at;
        private long overAt;
        private boolean armed;
        private boolean over;
        private int putOff;
        private Random random = new Random(1);
        private Expected other = this;

        void arm(long ticks) {
            at = wheel.present() + ticks;
            armed = true;
            wheel.armIn(this, ticks);
        }

        void disarm() {
            armed = false;
            wheel.disarm(this);
        }

        @Override
        long due(long now) {
            early |= !armed || now < at; // the wheel catches what is thrown here
            armed = false;
            if (putOff-- > 0) {
                if (other != this && random.nextBoolean()) {
                    other.disarm();
                }
                at = now + ticks(random);
                armed = true;
                return at;
            }
            over = true;
            overAt = now;
            return Wheel.NEVER;
        }
    }
}
