package io.headgate.config.tls;

import io.headgate.security.TlsClients;
import io.headgate.security.TlsServers;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/** What an SSL bundle is used for. */
sealed interface ContextUse {

    String bundle();

    /**
     * Makes a context from the current bundle.
     *
     * @throws SSLException when it is not usable
     */
    SslContext context(SslBundle bundle) throws SSLException;

    /** TLS that ends at a listener. */
    record Server(String bundle, List<String> alpn, ClientAuth clients) implements ContextUse {

        @Override
        public SslContext context(SslBundle bundle) throws SSLException {
            check(bundle, clients);
            SslOptions options = bundle.getOptions();
            return TlsServers.context(bundle.getManagers().getKeyManagerFactory(),
                    bundle.getManagers().getTrustManagerFactory(), clients, alpn, list(options.getCiphers()),
                    list(options.getEnabledProtocols()));
        }

        static void check(SslBundle bundle, ClientAuth clients) {
            if (bundle.getStores().getKeyStore() == null) {
                throw new IllegalStateException("it has no certificate");
            }
            if (clients != ClientAuth.NONE && bundle.getStores().getTrustStore() == null) {
                throw new IllegalStateException("it has no trust store for client certificates");
            }
        }

        static @Nullable List<String> list(String @Nullable [] names) {
            return names == null ? null : List.of(names);
        }
    }

    /** TLS of a listener for HTTP. */
    record Http(String bundle, boolean http2, ClientAuth clients) implements ContextUse {

        @Override
        public SslContext context(SslBundle bundle) throws SSLException {
            Server.check(bundle, clients);
            SslOptions options = bundle.getOptions();
            return TlsServers.http(bundle.getManagers().getKeyManagerFactory(),
                    bundle.getManagers().getTrustManagerFactory(), clients, http2,
                    Server.list(options.getCiphers()), Server.list(options.getEnabledProtocols()));
        }
    }

    /**
     * TLS to members.
     *
     * @param verify their certificates
     */
    record Client(String bundle, boolean verify) implements ContextUse {

        @Override
        public SslContext context(SslBundle bundle) throws SSLException {
            KeyManagerFactory key = bundle.getKey().getAlias() == null
                    && bundle.getStores().getKeyStore() == null
                            ? null
                            : bundle.getManagers().getKeyManagerFactory();
            return verify
                    ? TlsClients.context(bundle.getManagers().getTrustManagerFactory(), key)
                    : TlsClients.unverified(key);
        }
    }
}
