package io.headgate.l7.route;

import io.headgate.pool.Pool;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Repeats;
import org.jspecify.annotations.Nullable;

/**
 * The repeats of one request: how many were made, and its place in the pool's budget. Belongs to one thread
 * at a time.
 */
public final class Repetition {

    private final Repeating policy;
    private final long start;
    private int made;
    private long waited;
    private @Nullable Repeats place;

    /**
     * None was made.
     *
     * @param start when the request came, in nanoseconds
     */
    public Repetition(Repeating policy, long start) {
        this.policy = policy;
        this.start = start;
    }

    public Repeating policy() {
        return policy;
    }

    /** How many repeats were made. */
    public int made() {
        return made;
    }

    /**
     * Decides to repeat the request, if that is permitted and the pool's budget is not used up.
     *
     * @param pool null for a fixed target
     * @param least nanoseconds to wait at least, negative if no wait would do
     * @param now in nanoseconds
     * @return nanoseconds to wait first; negative if the request is not repeated
     */
    public long begin(@Nullable Pool pool, long least, long now, RandomSource random) {
        if (least < 0 || made >= policy.retries()) {
            return -1;
        }
        long backoff = policy.backoff().next(made, waited, random);
        long wait = Math.max(least, backoff);
        if (!policy.permits(now - start, wait) || (pool != null && !takePlace(pool.repeats()))) {
            return -1;
        }
        made++;
        waited = backoff;
        return wait;
    }

    private boolean takePlace(Repeats repeats) {
        if (place != null) {
            place.again();
            return true;
        }
        if (repeats.begin()) {
            place = repeats;
            return true;
        }
        return false;
    }

    /** Nothing is repeated any more. */
    public void end() {
        Repeats has = place;
        if (has != null) {
            place = null;
            has.end();
        }
    }
}
