package io.headgate.l7.route;

import io.headgate.pool.Pool;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests of a route go to a second member when the first takes long: the "hedged requests" of Dean
 * and Barroso, The Tail at Scale (https://doi.org/10.1145/2408776.2408794). Immutable.
 *
 * @param methods the methods of requests that may be sent twice
 * @param after how long to wait for the first member at least; null if only the percentile counts
 * @param percentile of the pool's own times to answer, after which the second one is asked: 1 to 99, or 0 if
 *            only the time counts
 */
public record Hedging(Set<String> methods, @Nullable Duration after, int percentile) {

    public Hedging {
        methods = Set.copyOf(methods);
    }

    /** Whether requests with this method may be sent twice. */
    public boolean hedges(String method) {
        return methods.contains(method);
    }

    /** Nanoseconds to wait for the first member; negative while the pool's times are not known. */
    public long delay(Pool pool) {
        long usual = percentile == 0 ? -1 : pool.hedges().times().percentile(percentile);
        return after == null ? usual : Math.max(usual, after.toNanos());
    }
}
