package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The fast lane's deadlines while the clock jumps as far as it likes, and those that expire add and remove
 * others.
 */
class WatchJumpsTest {

    private static final int RUNS = Integer.getInteger("headgate.timer-runs", 100);

    private final List<Entry> watched = new ArrayList<>();
    private Timed.Watch watch = new Timed.Watch();
    private long now;

    @Test
    void everyDeadlineExpiresOnceAndInTimeWhateverTheClockDoes() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> run(random), "seed " + seed);
        }
    }

    private void run(Random random) {
        watch = new Timed.Watch();
        watched.clear();
        now = random.nextLong(); // a clock may begin anywhere, and overflow
        for (int step = 0; step < 100; step++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                new Entry(random).add();
            }
            now += random.nextLong(Duration.ofMillis(1L << random.nextInt(40)).toNanos());
            watch.sweep(now);
            for (int again = 0; again < 1000 && watched.stream().anyMatch(Entry::overdue); again++) {
                watch.sweep(now); // one that takes its neighbour along leaves the rest to the next sweep
            }
            assertThat(watched).noneMatch(Entry::overdue);
        }
    }

    private final class Entry extends Timed {

        private final Random random;
        private long at;

        Entry(Random random) {
            this.random = random;
        }

        void add() {
            watched.add(this);
            watch.add(this);
            put();
        }

        private void put() {
            at = now + 1 + random.nextLong(Duration.ofHours(100).toNanos());
            deadline(at);
        }

        boolean overdue() {
            return now - at >= 0;
        }

        @Override
        void expired() {
            assertThat(overdue()).as("expired too early").isTrue();
            switch (random.nextInt(4)) {
                case 0 -> put();
                case 1 -> {
                    new Entry(random).add();
                    leave();
                }
                case 2 -> {
                    watched.get(random.nextInt(watched.size())).leave();
                    leave();
                }
                default -> leave();
            }
        }

        private void leave() {
            watched.remove(this);
            watch.remove(this);
        }
    }
}
