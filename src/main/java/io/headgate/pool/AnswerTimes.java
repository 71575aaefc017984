package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long answers took, lately: counts in buckets each of which is an eighth wider than the one before, so
 * that a percentile is at most an eighth too high (as HdrHistogram and Prometheus' native histograms have
 * it). When there are {@link #MOST} answers, all counts are halved: older ones count less and less.
 */
public final class AnswerTimes {

    /** Below that nothing is said. */
    static final int LEAST = 100;
    private static final int MOST = 2048;
    /** Percentiles are worked out each time so many answers have come. */
    private static final int EVERY = 32;
    private static final int STEP_BITS = 3;
    /** Nanoseconds of the narrowest bucket, as a power of two: a microsecond. */
    private static final int UNIT_BITS = 10;
    private static final int BUCKETS = (Long.SIZE - UNIT_BITS) << STEP_BITS;
    private static final int ALL = 100;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
    private final AtomicInteger total = new AtomicInteger();
    private volatile long[] percentiles = {};

    /** One that took so long, in nanoseconds. */
    public void observe(long nanos) {
        counts.incrementAndGet(bucket(nanos));
        int now = total.incrementAndGet();
        if (now % EVERY == 0 && now >= LEAST) {
            lookAgain(now >= MOST);
        }
    }

    /**
     * The time within which so many percent of the answers came; negative while there are too few.
     *
     * @param percent 1 to 99
     */
    public long percentile(int percent) {
        long[] known = percentiles;
        return known.length == 0 ? -1 : known[percent];
    }

    private synchronized void lookAgain(boolean halve) {
        long[] next = new long[ALL];
        long sum = 0;
        int all = 0;
        for (int i = 0; i < BUCKETS; i++) {
            all += counts.get(i);
        }
        int percent = 1;
        for (int i = 0; i < BUCKETS && percent < ALL; i++) {
            int here = counts.get(i);
            sum += here;
            for (; percent < ALL && sum * ALL >= (long) all * percent; percent++) {
                next[percent] = end(i);
            }
            if (halve && here > 0) {
                counts.addAndGet(i, -(here / 2 + (here & 1)));
            }
        }
        if (halve) {
            int left = 0;
            for (int i = 0; i < BUCKETS; i++) {
                left += counts.get(i);
            }
            total.set(left);
        }
        percentiles = next;
    }

    private static int bucket(long nanos) {
        long units = Math.max(nanos, 0) >>> UNIT_BITS;
        if (units < 1 << STEP_BITS) {
            return (int) units;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - STEP_BITS;
        return (power << STEP_BITS) + (int) (units >>> power);
    }

    /** The first nanosecond that is beyond the bucket. */
    private static long end(int bucket) {
        int next = bucket + 1;
        if (next < 1 << STEP_BITS) {
            return (long) next << UNIT_BITS;
        }
        int power = (next >> STEP_BITS) - 1;
        long units = (long) (next - (power << STEP_BITS)) << power;
        return units > Long.MAX_VALUE >> UNIT_BITS ? Long.MAX_VALUE : units << UNIT_BITS;
    }
}
