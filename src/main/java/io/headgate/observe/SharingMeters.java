package io.headgate.observe;

import io.headgate.l7.limit.Sharing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Whether replicas count their shared limits together. */
public final class SharingMeters {

    private SharingMeters() {
    }

    public static void bind(Sharing sharing, MeterRegistry registry) {
        Gauge.builder("headgate.rate.limit.alone", sharing, each -> each.isAlone() ? 1 : 0)
                .description("1 while this replica counts shared rate limits alone, because Redis fails")
                .register(registry);
        rounds(sharing, "done", Sharing::done, registry);
        rounds(sharing, "failed", Sharing::failed, registry);
    }

    private static void rounds(Sharing sharing, String outcome, ToDoubleFunction<Sharing> count,
            MeterRegistry registry) {
        FunctionCounter.builder("headgate.rate.limit.rounds", sharing, count).tag("outcome", outcome)
                .description("How often this replica told Redis what shared rate limits have let pass")
                .register(registry);
    }
}
