package io.headgate.observe;

import io.headgate.l7.mirror.MirrorCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Meters of the copies for each pool that gets such. */
public final class MirrorMeters implements BiConsumer<String, MirrorCounts> {

    private final MeterRegistry registry;

    public MirrorMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void accept(String pool, MirrorCounts counts) {
        counter(pool, "answered", counts.answered());
        counter(pool, "failed", counts.failed());
        counter(pool, "dropped", counts.dropped());
        counter(pool, "skipped", counts.skipped());
        Gauge.builder("headgate.mirror.in.flight", counts.now(), AtomicInteger::get).tag("pool", pool)
                .description("Copies of requests that are under way").register(registry);
    }

    private void counter(String pool, String outcome, LongAdder count) {
        FunctionCounter.builder("headgate.mirror.requests", count, LongAdder::doubleValue).tag("pool", pool)
                .tag("outcome", outcome)
                .description("Requests that were copied for a pool, or would have been").register(registry);
    }
}
