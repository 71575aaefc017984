package io.headgate.l7.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.headgate.l7.limit.ConcurrencyLimit.Counts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * All limits on concurrency of the process. As with {@link RateLimits}, the filters of both lanes, and those
 * that a reload makes, have the same one where they mean the same.
 */
public final class ConcurrencyLimits {

    /** A limit, as configured. */
    private record Spec(String name, int most, LimitKey key) {}

    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private final LoadingCache<Spec, ConcurrencyLimit> limits;
    private final BiConsumer<String, Counts> listener;

    /**
     * None yet.
     *
     * @param listener hears of each new name, with its counts
     */
    public ConcurrencyLimits(BiConsumer<String, Counts> listener) {
        this.listener = listener;
        this.limits = Caffeine.newBuilder().weakValues()
                .build(spec -> new ConcurrencyLimit(spec.most, spec.key, counts(spec.name)));
    }

    /**
     * Created if there is none, kept as long as a filter or a request uses it.
     *
     * @param name the limit's own, or the route's
     * @param most requests of a key that may be under way at once
     */
    public ConcurrencyLimit limit(String name, int most, LimitKey key) {
        return limits.get(new Spec(name, most, key));
    }

    private Counts counts(String name) {
        return counts.computeIfAbsent(name, any -> {
            Counts made = new Counts();
            listener.accept(name, made);
            return made;
        });
    }
}
