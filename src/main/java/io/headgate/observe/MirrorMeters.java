package io.headgate.observe;

import io.headgate.l7.mirror.MirrorCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Meters of the copies for each pool that gets such. */
public final class MirrorMeters implements BiConsumer<String, MirrorCounts> {

    private final MeterRegistry registry;
    private final OutcomeCounters counters;

    public MirrorMeters(MeterRegistry registry) {
        this.registry = registry;
        this.counters = new OutcomeCounters(registry, "headgate.mirror.requests", "pool",
                "Requests that were copied for a pool, or would have been");
    }

    @Override
    public void accept(String pool, MirrorCounts counts) {
        counters.register(pool, "answered", counts.answered());
        counters.register(pool, "failed", counts.failed());
        counters.register(pool, "dropped", counts.dropped());
        counters.register(pool, "skipped", counts.skipped());
        Gauge.builder("headgate.mirror.in.flight", counts.now(), AtomicInteger::get).tag("pool", pool)
                .description("Copies of requests that are under way").register(registry);
    }
}
