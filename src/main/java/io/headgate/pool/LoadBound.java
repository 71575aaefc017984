package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps members of a hashed pool from having much more to do than the others: a member takes a key as long as
 * its requests in flight stay within the pool's mean, by weight, times a factor (V. Mirrokni and others,
 * "Consistent Hashing with Bounded Loads", 2018).
 */
final class LoadBound {

    private static final int EXACT = 64;

    private final Snapshot members;
    private final double factor;
    private final long weights;
    private final AtomicInteger picks = new AtomicInteger();
    private volatile double lastLoad;

    /**
     * @param percent of the mean that a member may have, more than 100; 0 for no bound
     */
    LoadBound(Snapshot members, int percent) {
        this.members = members;
        this.factor = percent / 100.0;
        long sum = 0;
        for (int i = 0; i < members.size(); i++) {
            sum += members.weight(i);
        }
        this.weights = sum;
    }

    /**
     * What a member of weight 1 may have in flight. Small pools are counted for each pick; in large ones the
     * count is made once for as many picks as there are members, which makes a pick's cost independent of
     * their number and the mean wrong by one request for each member at most.
     */
    double load() {
        if (factor == 0) {
            return 0;
        }
        int size = members.size();
        if (size > EXACT && picks.getAndIncrement() % size != 0) {
            return lastLoad;
        }
        long inFlight = 1;
        for (int i = 0; i < size; i++) {
            inFlight += members.member(i).inFlight();
        }
        double load = factor * inFlight / weights;
        lastLoad = load;
        return load;
    }

    /** Whether the member may take one more; at least one it always may. */
    boolean admits(int index, double load) {
        return factor == 0 || members.member(index).inFlight() < Math.ceil(load * members.weight(index));
    }
}
