package io.headgate.security;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS contexts for connections that we open. Names in certificates are always checked. */
public final class TlsClients {

    private TlsClients() {
    }

    /**
     * A context that trusts and shows what these say.
     *
     * @param trust null for the system's trusted authorities
     * @param key null to show no certificate
     * @throws SSLException when the material is not usable
     */
    public static SslContext context(@Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory key)
            throws SSLException {
        return SslContextBuilder.forClient().trustManager(trust).keyManager(key)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }
}
