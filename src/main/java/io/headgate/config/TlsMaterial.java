package io.headgate.config;

import io.headgate.security.TlsClients;
import io.netty.handler.ssl.SslContext;
import java.util.List;
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

    TlsMaterial(SslBundles bundles) {
        this.bundles = bundles;
    }

    @Nullable
    SslContext client(String property, @Nullable String name, Faults faults) {
        try {
            if (name == null) {
                return TlsClients.context(null, null);
            }
            SslBundle bundle = bundles.getBundle(name);
            return TlsClients.context(bundle.getManagers().getTrustManagerFactory(),
                    bundle.getKey().getAlias() == null && bundle.getStores().getKeyStore() == null
                            ? null
                            : bundle.getManagers().getKeyManagerFactory());
        } catch (NoSuchSslBundleException e) {
            List<String> names = bundles.getBundleNames();
            faults.add(property, name,
                    "the name of an SSL bundle: " + (names.isEmpty() ? "none is configured" : names),
                    "Define it under spring.ssl.bundle, or use the name of one that is there.");
        } catch (SSLException | IllegalStateException e) {
            faults.add(property, name, "an SSL bundle that can be used; " + e.getMessage(),
                    "Correct its files.");
        }
        return null;
    }
}
