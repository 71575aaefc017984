package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The requests that are being repeated in a pool now, within its {@link RetryBudget}. What a failed pool gets
 * in addition is bounded by that, however many clients wait and however often their routes would try. A
 * request has its place from the decision to repeat it until an answer is accepted or nothing more is tried.
 *
 * <p>
 * Another member that takes a request after a failed connection is no repeat: no member has done any work for
 * it yet.
 */
public final class Repeats {

    private final Pool pool;
    private final AtomicInteger now = new AtomicInteger();
    private final LongAdder begun = new LongAdder();
    private final LongAdder refused = new LongAdder();

    Repeats(Pool pool) {
        this.pool = pool;
    }

    /** Takes a place; false if the budget is used up. */
    public boolean begin() {
        boolean has = take();
        (has ? begun : refused).increment();
        return has;
    }

    /** The same, for what is counted elsewhere. */
    boolean take() {
        int limit = limit();
        int before;
        do {
            before = now.get();
            if (before >= limit) {
                return false;
            }
        } while (!now.compareAndSet(before, before + 1));
        return true;
    }

    /** A request that has its place already is repeated once more. */
    public void again() {
        begun.increment();
    }

    /** Gives a place back. */
    public void end() {
        now.decrementAndGet();
    }

    /** How many requests are being repeated now. */
    public int now() {
        return now.get();
    }

    /** How many may be. */
    public int limit() {
        long inFlight = 0;
        for (Member member : pool.members()) {
            inFlight += member.inFlight();
        }
        return pool.spec().retryBudget().limit(inFlight);
    }

    /** How often a request was repeated. */
    public long begun() {
        return begun.sum();
    }

    /** How often a request was not repeated because the budget was used up. */
    public long refused() {
        return refused.sum();
    }
}
