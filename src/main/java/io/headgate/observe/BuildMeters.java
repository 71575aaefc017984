package io.headgate.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Which build this is. */
public final class BuildMeters implements MeterBinder {

    private final String version;

    public BuildMeters(String version) {
        this.version = version;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("headgate.build.info", () -> 1).tag("version", version)
                .tag("java", Runtime.version().toString())
                .description("1; its labels say which build this is")
                .register(registry);
    }
}
