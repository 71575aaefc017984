package io.headgate.observe;

import io.headgate.observe.Certificates.Expiry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;

/** How long the certificates of each SSL bundle are valid yet. A bundle may change its files. */
public final class CertificateMeters implements MeterBinder {

    private final Certificates certificates;
    private final InstantSource wall;

    public CertificateMeters(Certificates certificates, InstantSource wall) {
        this.certificates = certificates;
        this.wall = wall;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        certificates.all().stream().map(Expiry::bundle).distinct()
                .forEach(bundle -> Gauge
                        .builder("headgate.certificate.days.left", certificates, all -> daysLeft(all, bundle))
                        .tag("bundle", bundle)
                        .description("Days until the first certificate of an SSL bundle expires")
                        .register(registry));
    }

    /** Not a number once the bundle cannot be read. */
    private double daysLeft(Certificates all, String bundle) {
        return all.of(bundle).stream().mapToDouble(
                each -> Duration.between(wall.instant(), each.expires()).toMinutes() / (24.0 * 60))
                .min().orElse(Double.NaN);
    }
}
