package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.observe.Certificates;
import io.headgate.observe.Certificates.Expiry;
import io.headgate.pool.Clock;
import java.time.Duration;
import java.util.List;

/** The certificates that Headgate presents, and how long they are valid. */
final class CertificatesPanel implements Panel {

    private static final Shape SHAPE = new Shape(
            List.of("bundle", "subject", "names", "expires", "left", "state"), List.of(), 0);
    private static final int SOON = 30;
    private static final int VERY_SOON = 7;

    private final Certificates certificates;
    private final Clock clock;
    private final Table table = new Table(SHAPE);

    CertificatesPanel(Certificates certificates, Clock clock) {
        this.certificates = certificates;
        this.clock = clock;
    }

    Table table() {
        return table;
    }

    @Override
    public void show(long version) {
        List<Expiry> all = certificates.all();
        table.order(all.stream().map(CertificatesPanel::id).distinct().toList(), version);
        for (Expiry each : all) {
            long days = Duration.between(clock.wall().instant(), each.expires()).toDays();
            table.row(id(each)).show(version, each.bundle(), each.subject(), String.join(", ", each.names()),
                    each.expires().toString(), days < 0 ? "expired" : days + " days",
                    days < VERY_SOON ? "DOWN" : days < SOON ? "IMPAIRED" : "UP");
        }
    }

    private static String id(Expiry each) {
        return each.bundle() + "/" + each.alias();
    }
}
