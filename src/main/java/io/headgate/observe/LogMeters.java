package io.headgate.observe;

import io.headgate.observe.output.Drops;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Counts log lines that were not written. */
public final class LogMeters implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Drops.all().forEach(drops -> FunctionCounter.builder("headgate.log.dropped", drops, Drops::count)
                .tag("lines", drops.toString())
                .description(
                        "Log lines that were not written: nobody read them, or there were too many like them")
                .register(registry));
    }
}
