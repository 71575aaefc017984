package io.headgate.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Event loops that do not answer. */
public final class LoopMeters implements MeterBinder {

    private final LongSupplier stalled;
    private final LongSupplier stalls;
    private final LongSupplier lag;

    /**
     * Reads these at each scrape.
     *
     * @param stalled how many are stalled now
     * @param stalls how often one has been found stalled
     * @param lag how long the slowest took to answer last, in nanoseconds
     */
    public LoopMeters(LongSupplier stalled, LongSupplier stalls, LongSupplier lag) {
        this.lag = lag;
        this.stalled = stalled;
        this.stalls = stalls;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TimeGauge.builder("headgate.loops.lag", lag, TimeUnit.NANOSECONDS, LongSupplier::getAsLong)
                .description("How long the slowest event loop took to begin a task, when asked last")
                .register(registry);
        Gauge.builder("headgate.loops.stalled", stalled, LongSupplier::getAsLong)
                .description("Event loops that have not done anything for 5 seconds or longer")
                .register(registry);
        FunctionCounter.builder("headgate.loops.stalls", stalls, LongSupplier::getAsLong)
                .description("How often an event loop was found stalled").register(registry);
    }
}
