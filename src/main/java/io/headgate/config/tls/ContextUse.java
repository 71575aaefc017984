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
            if (bundle.getStores().getKeyStore() == null) {
                throw new IllegalStateException("it has no certificate");
            }
            if (clients != ClientAuth.NONE && bundle.getStores().getTrustStore() == null) {
                throw new IllegalStateException("it has no trust store for client certificates");
            }
            SslOptions options = bundle.getOptions();
            return TlsServers.context(bundle.getManagers().getKeyManagerFactory(),
                    bundle.getManagers().getTrustManagerFactory(), clients, alpn, list(options.getCiphers()),
                    list(options.getEnabledProtocols()));
        }

        private static @Nullable List<String> list(String @Nullable [] names) {
            return names == null ? null : List.of(names);
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
