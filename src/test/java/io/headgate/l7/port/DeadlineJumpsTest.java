package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The clients' deadlines while the clock jumps as far as it likes. */
class DeadlineJumpsTest {

    private static final int RUNS = Integer.getInteger("headgate.timer-runs", 100);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    private int passed;

    @Test
    void aDeadlinePassesOnceAndInTimeWhateverTheClockDoes() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> run(random), "seed " + seed);
        }
    }

    private void run(Random random) {
        Deadline deadline = new Deadline(channel.eventLoop(), ticker, () -> passed++);
        passed = 0;
        int expected = 0;
        long at = Long.MAX_VALUE;
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    deadline.clear();
                    at = Long.MAX_VALUE;
                }
                case 1 -> {
                    long nanos = 1 + random.nextLong(Duration.ofHours(1L << random.nextInt(12)).toNanos());
                    deadline.in(Duration.ofNanos(nanos));
                    at = ticker.nanoTime() + nanos;
                }
                default ->
                    ticker.advance(random.nextLong(Duration.ofMinutes(1L << random.nextInt(12)).toNanos()),
                            TimeUnit.NANOSECONDS);
            }
            channel.runScheduledPendingTasks();
            ticker.advance(1, TimeUnit.MILLISECONDS); // a late one is put off by one turn of the loop
            channel.runScheduledPendingTasks();
            if (at <= ticker.nanoTime()) {
                expected++;
                at = Long.MAX_VALUE;
            }
            assertThat(passed).isEqualTo(expected);
        }
        deadline.end();
        channel.runScheduledPendingTasks();
        assertThat(channel.hasPendingTasks()).isFalse();
    }
}
