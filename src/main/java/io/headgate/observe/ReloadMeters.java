package io.headgate.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts reloads by their result, and says how old the configuration in force is. */
public final class ReloadMeters {

    private final Map<String, Counter> counters;
    private final InstantSource wall;
    private volatile long version = 1;
    private volatile Instant since;
    private volatile boolean refused;

    public ReloadMeters(MeterRegistry registry, InstantSource wall) {
        this.wall = wall;
        this.since = wall.instant();
        counters = List.of("applied", "unchanged", "refused").stream().collect(Collectors.toMap(
                Function.identity(), result -> Counter.builder("headgate.reloads").tag("result", result)
                        .description("Reloads of the configuration").register(registry)));
        Gauge.builder("headgate.configuration.version", this, meters -> meters.version)
                .description("1 at the start, and one more with each reload that was applied")
                .strongReference(true).register(registry);
        TimeGauge.builder("headgate.configuration.age", this, TimeUnit.MILLISECONDS, ReloadMeters::age)
                .description("How long the configuration in force has been in force").strongReference(true)
                .register(registry);
        Gauge.builder("headgate.configuration.refused", this, meters -> meters.refused ? 1 : 0)
                .description(
                        "1 while the last reload was refused and the configuration before it is in force")
                .strongReference(true).register(registry);
    }

    private double age() {
        return Duration.between(since, wall.instant()).toMillis();
    }

    /** One of the results applied, unchanged and refused; called by one thread at a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // as the sentence above says
    public void count(String result) {
        Objects.requireNonNull(counters.get(result)).increment();
        refused = result.equals("refused");
        if (result.equals("applied")) {
            version++;
            since = wall.instant();
        }
    }
}
