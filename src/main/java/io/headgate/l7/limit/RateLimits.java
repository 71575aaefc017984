package io.headgate.l7.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.headgate.l7.limit.RateLimit.Counts;
import io.netty.util.concurrent.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * All rate limits of the process. The filters of both lanes, and those that a reload makes, have the same
 * limit where they mean the same, so that what was counted stays.
 */
public final class RateLimits {

    /**
     * Keys of all limits together: some 15 MB. Where there are more, those that come rarely are forgotten
     * first, which gives them a whole burst anew.
     */
    private static final long MOST_KEYS = 65_536;

    private final Cache<RateLimit.Counted, AtomicLong> states = Caffeine.newBuilder().maximumSize(MOST_KEYS)
            .build();
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private final LoadingCache<LimitSpec, RateLimit> limits;
    private final BiConsumer<String, Counts> listener;

    /**
     * None yet.
     *
     * @param listener hears of each new name, with its counts
     */
    public RateLimits(Ticker ticker, BiConsumer<String, Counts> listener) {
        this.listener = listener;
        this.limits = Caffeine.newBuilder().weakValues()
                .build(spec -> new RateLimit(spec, states, ticker, counts(spec.name())));
    }

    /** The one that has this specification; created if there is none, kept as long as a filter uses it. */
    public RateLimit limit(LimitSpec spec) {
        return limits.get(spec);
    }

    private Counts counts(String name) {
        return counts.computeIfAbsent(name, any -> {
            Counts made = new Counts();
            listener.accept(name, made);
            return made;
        });
    }

    /** How many keys are known, roughly. */
    public long keys() {
        return states.estimatedSize();
    }
}
