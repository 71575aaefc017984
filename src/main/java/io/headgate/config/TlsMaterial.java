package io.headgate.config;

import io.headgate.config.properties.MemberTlsProperties;
import io.headgate.pool.MemberTls;
import io.headgate.security.TlsClients;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * Makes TLS contexts of Spring's SSL bundles; what is wrong with one is a fault of the property that names
 * it.
 */
final class TlsMaterial {

    private final SslBundles bundles;
    private final ServerContexts servers;

    TlsMaterial(SslBundles bundles) {
        this.bundles = bundles;
        this.servers = new ServerContexts(bundles);
    }

    /** How a pool's members are spoken to; null for clear text, or after a fault. */
    @Nullable
    MemberTls member(String path, @Nullable MemberTlsProperties tls, Faults faults) {
        if (tls == null || !tls.enabled()) {
            return null;
        }
        String name = tls.serverName();
        if (name != null) {
            faults.parse(path + ".server-name", name, SNIHostName::new, "Write a host name.");
        }
        SslContext context = client(path + ".bundle", tls.bundle(), tls.verify(), faults);
        return context == null ? null : new MemberTls(context, name);
    }

    @Nullable
    SslContext client(String property, @Nullable String name, Faults faults) {
        return client(property, name, true, faults);
    }

    private @Nullable SslContext client(String property, @Nullable String name, boolean verify,
            Faults faults) {
        try {
            if (name == null) {
                return verify ? TlsClients.context(null, null) : TlsClients.unverified(null);
            }
            SslBundle bundle = bundles.getBundle(name);
            KeyManagerFactory key = bundle.getKey().getAlias() == null
                    && bundle.getStores().getKeyStore() == null
                            ? null
                            : bundle.getManagers().getKeyManagerFactory();
            return verify
                    ? TlsClients.context(bundle.getManagers().getTrustManagerFactory(), key)
                    : TlsClients.unverified(key);
        } catch (NoSuchSslBundleException e) {
            unknown(property, name, faults);
        } catch (SSLException | IllegalStateException e) {
            unusable(property, name, e, faults);
        }
        return null;
    }

    /**
     * What ends TLS with this bundle's certificate.
     *
     * @param alpn the application protocols to agree on
     */
    @Nullable
    Supplier<SslContext> server(String property, @Nullable String name, List<String> alpn,
            ClientAuth clients, Faults faults) {
        if (name == null) {
            unknown(property, null, faults);
            return null;
        }
        try {
            return servers.of(new ServerContexts.Use(name, List.copyOf(alpn), clients));
        } catch (NoSuchSslBundleException e) {
            unknown(property, name, faults);
        } catch (SSLException | RuntimeException e) {
            unusable(property, name, e, faults);
        }
        return null;
    }

    private void unknown(String property, @Nullable String name, Faults faults) {
        List<String> names = bundles.getBundleNames();
        faults.add(property, name,
                "the name of an SSL bundle: " + (names.isEmpty() ? "none is configured" : names),
                "Define it under spring.ssl.bundle, or use the name of one that is there.");
    }

    private static void unusable(String property, @Nullable String name, Exception cause, Faults faults) {
        faults.add(property, name, "an SSL bundle that can be used; " + cause.getMessage(),
                "Correct its files.");
    }
}
