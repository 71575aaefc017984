package io.headgate.observe;

import io.headgate.pool.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Counts what Headgate itself answered or closed, by reason. Every reason has its meter from the start, so
 * that an alert can name it.
 */
final class ReasonMeters {

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    ReasonMeters(MeterRegistry registry, String layer) {
        for (Reason reason : Reason.values()) {
            counters.put(reason,
                    Counter.builder("headgate.reasons").tag("layer", layer).tag("reason", reason.code())
                            .description("Answers and closes of Headgate's own, by reason")
                            .register(registry));
        }
    }

    void count(Reason reason) {
        Objects.requireNonNull(counters.get(reason)).increment();
    }
}
