package io.headgate.observe;

import io.headgate.discovery.SourceListener;
import io.headgate.discovery.SourceSpec;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A meter for every source of members, which shows whether the source fails. It is removed with the source.
 */
public final class DiscoveryMeters implements SourceListener {

    private final MeterRegistry registry;
    private final Map<Key, Source> sources = new ConcurrentHashMap<>();

    public DiscoveryMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Key(String pool, SourceSpec source) {}

    private record Source(AtomicInteger failing, Gauge gauge) {}

    @Override
    public void sourceChanged(String pool, SourceSpec source, boolean failing) {
        sources.computeIfAbsent(new Key(pool, source), this::open).failing().set(failing ? 1 : 0);
    }

    private Source open(Key key) {
        AtomicInteger failing = new AtomicInteger();
        return new Source(failing,
                Gauge.builder("headgate.discovery.failing", failing, AtomicInteger::get)
                        .tags("pool", key.pool(), "source", key.source().toString())
                        .description("1 while a source of members fails and its last good answer stands")
                        .register(registry));
    }

    @Override
    public void sourceClosed(String pool, SourceSpec source) {
        Source gone = sources.remove(new Key(pool, source));
        if (gone != null) {
            registry.remove(gone.gauge());
        }
    }
}
