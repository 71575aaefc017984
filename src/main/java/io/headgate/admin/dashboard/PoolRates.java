package io.headgate.admin.dashboard;

import io.headgate.observe.RequestTotals;
import io.headgate.pool.Pool;

/** How much traffic a pool has had in the last second. */
final class PoolRates {

    private final Pool pool;
    private final MembersPanel members;
    private RequestTotals before = RequestTotals.NONE;
    private double latency;

    PoolRates(Pool pool) {
        this.pool = pool;
        this.members = new MembersPanel(pool);
    }

    Pool pool() {
        return pool;
    }

    MembersPanel members() {
        return members;
    }

    void count(double seconds, RequestTotals now) {
        members.count(seconds);
        latency = now.quantile(0.99, before);
        before = now;
    }

    /** Requests or connections a second. */
    double rate() {
        return members.rate();
    }

    /** Those that failed on a member, a second. */
    double errors() {
        return members.errors();
    }

    /** The time within which 99 % of the last second's requests were answered, in seconds. */
    double latency() {
        return latency;
    }

    int inFlight() {
        return members.inFlight();
    }
}
