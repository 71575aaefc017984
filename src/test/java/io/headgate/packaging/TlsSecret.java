package io.headgate.packaging;

import io.headgate.testing.TestKeys;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * A Secret of type kubernetes.io/tls: a key and a certificate with its authority, for the name that the pools
 * ask for and the addresses of this machine.
 *
 * @param files by the Secret's keys
 * @param context of a server that shows the certificate, and of a client that trusts its authority
 */
record TlsSecret(Map<String, String> files, SSLContext context) {

    static TlsSecret make(String address) {
        try {
            TestKeys keys = TestKeys.make("orders.internal", "127.0.0.1", address);
            return new TlsSecret(Map.of("tls.crt", keys.bundle().getCertificatePEM(), "ca.crt",
                    keys.bundle().getRootCertificatePEM(), "tls.key", keys.bundle().getPrivateKeyPEM()),
                    keys.both());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
