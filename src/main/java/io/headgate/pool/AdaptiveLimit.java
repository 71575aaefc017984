package io.headgate.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A member's limit on what it has in flight, by additive increase and multiplicative decrease (Chiu and Jain,
 * Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks, 1989). In
 * each window in which more than a tenth of the answers came late, it falls by a tenth; otherwise, if at
 * least half of it was used, it rises by a fixed step. Until it falls for the first time, it doubles instead,
 * as TCP begins.
 *
 * <p>
 * Several gateways before the same members come to equal shares by that without knowing of each other, and
 * the target is a number that operators have. A limit by gradient (Netflix, Envoy) needs to know how fast the
 * member is when it has nothing to do, and so has to keep requests away from it now and then.
 */
final class AdaptiveLimit {

    private static final long SHORTEST_WINDOW = TimeUnit.MILLISECONDS.toNanos(100);
    /** A window with fewer answers goes on. */
    private static final int LEAST_ANSWERS = 10;
    /** One of so many answers may be late. */
    private static final int LATE = 10;
    /** The limit falls by one part in so many. */
    private static final int FALL = 10;
    /** So many steps lead from the lowest to the highest limit. */
    private static final int STEPS = 200;

    private final AdaptiveSpec spec;
    private final long target;
    private final long window;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicLong ends;
    private volatile boolean used;
    private volatile boolean fallen;
    private volatile int limit;

    AdaptiveLimit(AdaptiveSpec spec, long now) {
        this.spec = spec;
        this.target = spec.target().toNanos();
        this.window = Math.max(SHORTEST_WINDOW, target);
        this.ends = new AtomicLong(now + window);
        this.limit = spec.min();
    }

    /** The limit for this specification: the one that there was, if it has the same. */
    static @Nullable AdaptiveLimit of(@Nullable AdaptiveSpec spec, @Nullable AdaptiveLimit before, long now) {
        if (spec == null) {
            return null;
        }
        return before != null && before.spec.equals(spec) ? before : new AdaptiveLimit(spec, now);
    }

    int limit() {
        return limit;
    }

    /** Whether an answer that has not come for so long is late already. */
    boolean isLate(long nanos) {
        return nanos > target;
    }

    /**
     * Takes an answer's time.
     *
     * @param nanos how long the answer took, or how long none came
     * @param inFlight what the member has, that request included
     * @return whether there may be more in flight now than before
     */
    boolean observe(long nanos, int inFlight, long now) {
        answers.incrementAndGet();
        if (isLate(nanos)) {
            late.incrementAndGet();
        }
        if (!used && inFlight >= limit - limit / 2) {
            used = true;
        }
        long end = ends.get();
        return now - end >= 0 && answers.get() >= LEAST_ANSWERS && ends.compareAndSet(end, now + window)
                && adapt();
    }

    /** Only who has moved the window's end comes here. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private boolean adapt() {
        int all = answers.getAndSet(0);
        int slow = late.getAndSet(0);
        boolean wanted = used;
        used = false;
        int before = limit;
        if ((long) slow * LATE > all) {
            fallen = true;
            limit = Math.max(spec.min(), before - Math.max(1, before / FALL));
        } else if (wanted) {
            int more = fallen ? Math.max(1, (spec.max() - spec.min()) / STEPS) : before;
            limit = (int) Math.min(spec.max(), (long) before + more);
        }
        return limit > before;
    }
}
