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
 * TLS contexts for connections that we open. Names in certificates are checked, but where nothing is. The JDK
 * does the work, because Netty's OpenSSL takes a close_notify for the end of both directions.
 */
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
        return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(trust).keyManager(key)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    /**
     * A context that takes any certificate for any name: only for those who have said that they want it.
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
     * What secures one connection that is being opened. Its handshake has no time limit of its own.
     *
     * @param name the name to ask for, and to find in the certificate
     */
    public static SslHandler handler(SslContext context, Channel channel, String name, int port) {
        SslHandler handler = context.newHandler(channel.alloc(), name, port);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }
}
