package io.headgate.acme;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key and its certificate.
 *
 * @param chain the certificate, and those of the authorities between it and a root
 */
public record Issued(PrivateKey key, List<X509Certificate> chain) {

    public Issued {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }
}
