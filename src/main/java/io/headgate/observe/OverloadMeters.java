package io.headgate.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.function.LongSupplier;

/** Whether there is more to do than this process can. */
public final class OverloadMeters implements MeterBinder {

    private final LongSupplier level;
    private final LongSupplier rises;
    private final Map<String, LongSupplier> used;

    /**
     * Reads these at each scrape.
     *
     * @param level 0 for none, 1 for a soft mark, 2 for a hard one
     * @param rises how often a mark was reached
     * @param used what the marks are compared with, by the trigger's name
     */
    public OverloadMeters(LongSupplier level, LongSupplier rises, Map<String, LongSupplier> used) {
        this.level = level;
        this.rises = rises;
        this.used = Map.copyOf(used);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("headgate.overload.level", level, LongSupplier::getAsLong)
                .description("0: no mark is reached; 1: a soft one is; 2: a hard one is").register(registry);
        FunctionCounter.builder("headgate.overload.rises", rises, LongSupplier::getAsLong)
                .description("How often a mark of overload was reached").register(registry);
        used.forEach((trigger, value) -> Gauge
                .builder("headgate.overload.used", value, LongSupplier::getAsLong).tag("trigger", trigger)
                .description("What the marks of overload are compared with: percent, or nanoseconds")
                .register(registry));
    }
}
