package io.headgate.l7.route;

import io.headgate.l7.cache.Caching;
import io.headgate.l7.compress.Compression;
import io.headgate.l7.pages.ErrorPages;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the fast path does with a request that a route has taken.
 *
 * @param id the route's id
 * @param requestEdits in the order in which they are made
 * @param responseEdits in the order in which they are made
 * @param variables where the values of URI variables come from; empty if no edit uses them
 * @param target where requests go
 * @param connectTimeout the route's own, null for the pool's
 * @param responseTimeout the route's own, zero for none, null for the pool's
 * @param repeating which requests are repeated, null for none
 * @param cors which pages of other origins may use it; null where nothing is said of that
 * @param caching where answers are stored, null for a route without a cache
 * @param breaking the circuit breaker, null for none
 * @param mirroring which requests are copied to another pool, null for none
 * @param compression how answers are compressed, null where they are not
 * @param hedging which requests go to a second member when the first takes long, null for none
 * @param failover which requests go to another pool in the end, null for none
 * @param pages those in the place of errors, null for none of the route's own
 */
public record FastRoute(String id, List<RequestEdit> requestEdits, List<ResponseEdit> responseEdits,
        List<VariableSource> variables, Target target, @Nullable Duration connectTimeout,
        @Nullable Duration responseTimeout, @Nullable Repeating repeating, @Nullable Cors cors,
        @Nullable Caching caching, @Nullable Breaking breaking, @Nullable Mirroring mirroring,
        @Nullable Compression compression, @Nullable Hedging hedging, @Nullable Failover failover,
        @Nullable ErrorPages pages) {

    public FastRoute {
        requestEdits = List.copyOf(requestEdits);
        responseEdits = List.copyOf(responseEdits);
        variables = List.copyOf(variables);
    }

    /** Breaks no circuit, and compresses nothing. */
    public FastRoute(String id, List<RequestEdit> requestEdits, List<ResponseEdit> responseEdits,
            List<VariableSource> variables, Target target, @Nullable Duration connectTimeout,
            @Nullable Duration responseTimeout, @Nullable Repeating repeating, @Nullable Cors cors,
            @Nullable Caching caching) {
        this(id, requestEdits, responseEdits, variables, target, connectTimeout, responseTimeout, repeating,
                cors, caching, null, null, null, null, null, null);
    }

    /** Repeats nothing, stores nothing, and has no CORS. */
    public FastRoute(String id, List<RequestEdit> requestEdits, List<ResponseEdit> responseEdits,
            List<VariableSource> variables, Target target, @Nullable Duration connectTimeout,
            @Nullable Duration responseTimeout) {
        this(id, requestEdits, responseEdits, variables, target, connectTimeout, responseTimeout, null, null,
                null, null, null, null, null, null, null);
    }

    /** Stores nothing. */
    public FastRoute(String id, List<RequestEdit> requestEdits, List<ResponseEdit> responseEdits,
            List<VariableSource> variables, Target target, @Nullable Duration connectTimeout,
            @Nullable Duration responseTimeout, @Nullable Repeating repeating, @Nullable Cors cors) {
        this(id, requestEdits, responseEdits, variables, target, connectTimeout, responseTimeout, repeating,
                cors, null, null, null, null, null, null, null);
    }
}
