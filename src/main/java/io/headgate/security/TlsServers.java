package io.headgate.security;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts for connections that Headgate accepts. The JDK's TLS on purpose: it keeps the two directions
 * of a TLS 1.3 connection apart, so that a client which has ended its sending still gets the whole answer;
 * Netty's OpenSSL engine ends both at once.
 */
public final class TlsServers {

    private TlsServers() {
    }

    /**
     * A context that shows this certificate.
     *
     * @param trust which client certificates are valid, null for the system's trusted authorities
     * @param client whether clients must show one
     * @param alpn the application protocols to agree on, the best first; a client that offers none of them is
     *            served without
     * @param ciphers null for the JDK's choice
     * @param protocols versions such as TLSv1.3, null for the JDK's choice
     * @throws SSLException when the material is not usable
     */
    public static SslContext context(KeyManagerFactory key, @Nullable TrustManagerFactory trust,
            ClientAuth client, List<String> alpn, @Nullable List<String> ciphers,
            @Nullable List<String> protocols) throws SSLException {
        return build(key, trust, client, alpn, ciphers, protocols, SslProvider.JDK);
    }

    /**
     * A context for HTTP: with OpenSSL where it is there, which is faster. HTTP has its own ends, and needs
     * no half of TLS to stay open.
     */
    public static SslContext http(KeyManagerFactory key, @Nullable TrustManagerFactory trust,
            ClientAuth client, boolean http2, @Nullable List<String> ciphers,
            @Nullable List<String> protocols) throws SSLException {
        List<String> alpn = http2
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
        return OpenSsl.isAvailable()
                ? build(new OpenSslCachingX509KeyManagerFactory(key), trust, client, alpn, ciphers, protocols,
                        SslProvider.OPENSSL)
                : build(key, trust, client, alpn, ciphers, protocols, SslProvider.JDK);
    }

    private static SslContext build(KeyManagerFactory key, @Nullable TrustManagerFactory trust,
            ClientAuth client, List<String> alpn, @Nullable List<String> ciphers,
            @Nullable List<String> protocols, SslProvider provider) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(key).sslProvider(provider)
                .trustManager(trust).clientAuth(client)
                .protocols(protocols)
                .ciphers(ciphers, SupportedCipherSuiteFilter.INSTANCE);
        if (!alpn.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, alpn));
        }
        return builder.build();
    }
}
