package io.headgate.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts reloads by their result. */
public final class ReloadMeters {

    private final Map<String, Counter> counters;

    public ReloadMeters(MeterRegistry registry) {
        counters = List.of("applied", "unchanged", "refused").stream().collect(Collectors.toMap(
                Function.identity(), result -> Counter.builder("headgate.reloads").tag("result", result)
                        .description("Reloads of the configuration").register(registry)));
    }

    /** One of the results applied, unchanged and refused. */
    public void count(String result) {
        Objects.requireNonNull(counters.get(result)).increment();
    }
}
