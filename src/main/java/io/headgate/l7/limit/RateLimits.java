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
import org.jspecify.annotations.Nullable;

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
    private final @Nullable Sharing sharing;

    /**
     * None yet.
     *
     * @param listener hears of each new name, with its counts
     */
    public RateLimits(Ticker ticker, BiConsumer<String, Counts> listener) {
        this(ticker, listener, null);
    }

    /**
     * None yet.
     *
     * @param sharing by which replicas count together; null if they do not
     */
    public RateLimits(Ticker ticker, BiConsumer<String, Counts> listener, @Nullable Sharing sharing) {
        this.listener = listener;
        this.sharing = sharing;
        this.limits = Caffeine.newBuilder().weakValues()
                .build(spec -> new RateLimit(spec, states, ticker, counts(spec.name()),
                        spec.shared() ? sharing : null));
    }

    /**
     * The one that has this specification; created if there is none, kept as long as a filter uses it.
     *
     * @throws IllegalArgumentException if it is shared, and replicas do not count together
     */
    public RateLimit limit(LimitSpec spec) {
        if (spec.shared() && sharing == null) {
            throw new IllegalArgumentException("shared: true (expected: spring.data.redis.host or another"
                    + " property of spring.data.redis, from the start)");
        }
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
