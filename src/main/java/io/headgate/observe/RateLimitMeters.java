package io.headgate.observe;

import io.headgate.l7.limit.RateLimit.Counts;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BiConsumer;

/** Meters of each rate limit, by its name or that of its route. */
public final class RateLimitMeters implements BiConsumer<String, Counts> {

    private final OutcomeCounters counters;

    public RateLimitMeters(MeterRegistry registry) {
        this.counters = new OutcomeCounters(registry, "headgate.rate.limit.requests", "limit",
                "Requests that a rate limit allowed, refused, or would have refused");
    }

    @Override
    public void accept(String limit, Counts counts) {
        counters.register(limit, "allowed", counts.allowed());
        counters.register(limit, "refused", counts.refused());
        counters.register(limit, "shadowed", counts.shadowed());
    }
}
