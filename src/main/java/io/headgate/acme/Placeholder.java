package io.headgate.acme;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.shredzone.acme4j.util.CertificateUtils;

/** What a listener shows until its first certificate is issued: one that no client trusts. */
public final class Placeholder {

    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2049-01-01T00:00:00Z");

    private Placeholder() {
    }

    public static Issued make() {
        KeyPair key = Keys.makeRsa();
        X509Certificate certificate = CertificateUtils.createTestRootCertificate("CN=not issued yet", FROM,
                TO,
                key);
        return new Issued(key.getPrivate(), List.of(certificate));
    }
}
