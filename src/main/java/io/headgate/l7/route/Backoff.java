package io.headgate.l7.route;

import io.headgate.pool.RandomSource;
import java.time.Duration;

/**
 * How long to wait before a request is repeated: longer each time.
 *
 * @param first before the first repeat; zero for no wait at all
 * @param max the longest
 * @param factor the next wait is so many times the one before
 * @param basedOnPrevious whether the one before counts with its jitter
 * @param jitter the share of a wait, 0 to 1, by which it may be longer or shorter
 */
public record Backoff(Duration first, Duration max, int factor, boolean basedOnPrevious, double jitter) {

    /** Repeats at once. */
    public static final Backoff NONE = new Backoff(Duration.ZERO, Duration.ZERO, 1, false, 0);

    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final double MOST_SPREAD = 1_000_000_000; // milliseconds

    /**
     * The next wait in nanoseconds, never less than the first nor more than the longest.
     *
     * @param made how many repeats were made
     * @param previous the wait before the last of them in nanoseconds, 0 if none was
     */
    public long next(int made, long previous, RandomSource random) {
        if (first.isZero()) {
            return 0;
        }
        double least = (double) first.toNanos();
        double most = (double) max.toNanos();
        double grown = basedOnPrevious && previous > 0
                ? (double) previous * factor
                : least * Math.pow(factor, made);
        double wait = within(least, most, grown);
        int spread = (int) Math.min(MOST_SPREAD, wait * jitter / MILLI);
        if (spread > 0) {
            wait += 1.0 * (random.below(2 * spread + 1) - spread) * MILLI;
        }
        return (long) within(least, most, wait);
    }

    private static double within(double least, double most, double wait) {
        return Math.max(least, Math.min(most, wait));
    }
}
