package io.headgate.security;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts for connections that Headgate opens. Names in certificates are checked, unless verification is
 * off. The JDK does the work, because Netty's OpenSSL treats a close_notify as the end of both directions.
 */
public final class TlsClients {

    private TlsClients() {
    }

    /**
     * A context with these authorities and this certificate.
     *
     * @param trust null for the system's trusted authorities
     * @param key null to show no certificate
     * @throws SSLException when the material is not usable
     */
    public static SslContext context(@Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory key)
            throws SSLException {
        return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(trust).keyManager(key)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    /**
     * A context that accepts any certificate for any name: only if the configuration asks for it.
     *
     * @param key null to show no certificate
     * @throws SSLException when the material is not usable
     */
    public static SslContext unverified(@Nullable KeyManagerFactory key) throws SSLException {
        return SslContextBuilder.forClient().sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .keyManager(key).endpointIdentificationAlgorithm(null).build();
    }

    /**
     * The handler that secures one connection that is being opened. Its handshake has no time limit of its
     * own.
     *
     * @param name the name to ask for, and to find in the certificate
     */
    public static SslHandler handler(SslContext context, Channel channel, String name, int port) {
        SslHandler handler = context.newHandler(channel.alloc(), name, port);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }
}
