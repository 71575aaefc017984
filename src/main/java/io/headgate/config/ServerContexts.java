package io.headgate.config;

import io.headgate.security.TlsServers;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * The contexts with which TLS ends at listeners. When a bundle's files change (its {@code reload-on-update}),
 * new connections get the new certificate; if that cannot be used, the last good one goes on.
 */
final class ServerContexts {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");

    private final SslBundles bundles;
    private final Map<Use, Live> byUse = new ConcurrentHashMap<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    ServerContexts(SslBundles bundles) {
        this.bundles = bundles;
    }

    /** What a bundle is used for. */
    record Use(String bundle, List<String> alpn, ClientAuth clients) {

        private SslContext context(SslBundle bundle) throws SSLException {
            SslOptions options = bundle.getOptions();
            return TlsServers.context(bundle.getManagers().getKeyManagerFactory(),
                    bundle.getManagers().getTrustManagerFactory(), clients, alpn, list(options.getCiphers()),
                    list(options.getEnabledProtocols()));
        }

        private static @Nullable List<String> list(String @Nullable [] names) {
            return names == null ? null : List.of(names);
        }
    }

    /** A context that is replaced when its bundle is. */
    private static final class Live implements Supplier<SslContext> {

        private volatile SslContext now;

        Live(SslContext now) {
            this.now = now;
        }

        @Override
        public SslContext get() {
            return now;
        }
    }

    /**
     * What serves this use at the moment of each question.
     *
     * @throws SSLException when the bundle is not usable
     */
    Supplier<SslContext> of(Use use) throws SSLException {
        SslBundle bundle = bundles.getBundle(use.bundle());
        if (bundle.getStores().getKeyStore() == null) {
            throw new IllegalStateException("it has no certificate");
        }
        if (use.clients() != ClientAuth.NONE && bundle.getStores().getTrustStore() == null) {
            throw new IllegalStateException("it does not say whom to trust of clients");
        }
        SslContext context = use.context(bundle);
        if (watched.add(use.bundle())) {
            bundles.addBundleUpdateHandler(use.bundle(), changed -> renew(use.bundle(), changed));
        }
        return byUse.computeIfAbsent(use, u -> new Live(context));
    }

    private void renew(String name, SslBundle changed) {
        byUse.forEach((use, live) -> {
            if (use.bundle().equals(name)) {
                try {
                    live.now = use.context(changed);
                    LOG.info("SSL bundle {} renewed", name);
                } catch (SSLException | RuntimeException e) {
                    LOG.error("SSL bundle {} cannot be used, the last good one serves", name, e);
                }
            }
        });
    }
}
