package io.headgate.acme;

import io.headgate.acme.Authority.Window;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** When a certificate is renewed. */
final class RenewalTime {

    private static final int DNS = 2;

    private RenewalTime() {
    }

    /**
     * At a moment in the window that the authority suggests, the same for every replica, or when two thirds
     * of its life are over.
     */
    static Instant of(X509Certificate certificate, @Nullable Window suggested) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (suggested == null) {
            return from.plus(Duration.between(from, to).multipliedBy(2).dividedBy(3));
        }
        long thousandth = Math.floorMod(certificate.getSerialNumber().hashCode(), 1000);
        return suggested.start().plus(Duration.between(suggested.start(), suggested.end())
                .multipliedBy(thousandth).dividedBy(1000));
    }

    /** Whether it is valid for all these names. */
    static boolean covers(X509Certificate certificate, List<String> hosts) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.stream().filter(name -> Integer.valueOf(DNS).equals(name.getFirst()))
                        .forEach(name -> names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)));
            }
        } catch (CertificateParsingException e) {
            return false;
        }
        return names.containsAll(hosts);
    }
}
