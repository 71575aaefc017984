package io.headgate.observe;

import io.headgate.l7.limit.ConcurrencyLimit.Counts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Meters of each limit on concurrency, by its name or that of its route. */
public final class ConcurrencyLimitMeters implements BiConsumer<String, Counts> {

    private final MeterRegistry registry;

    public ConcurrencyLimitMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void accept(String limit, Counts counts) {
        counter(limit, "allowed", counts.allowed());
        counter(limit, "refused", counts.refused());
        counter(limit, "shadowed", counts.shadowed());
    }

    private void counter(String limit, String outcome, LongAdder count) {
        FunctionCounter.builder("headgate.concurrency.limit.requests", count, LongAdder::doubleValue)
                .tag("limit", limit).tag("outcome", outcome)
                .description("Requests that a limit on concurrency allowed, refused, or would have refused")
                .register(registry);
    }
}
