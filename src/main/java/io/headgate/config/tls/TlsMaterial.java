package io.headgate.config.tls;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.MemberTlsProperties;
import io.headgate.pool.MemberTls;
import io.headgate.security.TlsClients;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/**
 * Makes TLS contexts of Spring's SSL bundles; a problem of a bundle is a fault of the property that names it.
 */
public final class TlsMaterial {

    private final SslBundles bundles;
    private final LiveContexts contexts;
    private final Map<Boolean, SslContext> withoutBundle = new ConcurrentHashMap<>();

    public TlsMaterial(SslBundles bundles) {
        this.bundles = bundles;
        this.contexts = new LiveContexts(bundles);
    }

    /** The TLS to a pool's members; null for clear text, or after a fault. */
    @Nullable
    public MemberTls member(String path, @Nullable MemberTlsProperties tls, Faults faults) {
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
    public SslContext client(String property, @Nullable String name, Faults faults) {
        return client(property, name, true, faults);
    }

    private @Nullable SslContext client(String property, @Nullable String name, boolean verify,
            Faults faults) {
        try {
            return name == null
                    ? withoutBundle(verify)
                    : contexts.of(new ContextUse.Client(name, verify));
        } catch (NoSuchSslBundleException e) {
            unknown(property, name, faults);
        } catch (SSLException | RuntimeException e) {
            unusable(property, name, e, faults);
        }
        return null;
    }

    /** The same object each time, so that an unchanged pool is equal to itself after a reload. */
    private SslContext withoutBundle(boolean verify) throws SSLException {
        SslContext made = withoutBundle.get(verify);
        if (made == null) {
            made = verify ? TlsClients.context(null, null) : TlsClients.unverified(null);
            withoutBundle.put(verify, made);
        }
        return made;
    }

    /**
     * The context that ends TLS with this bundle's certificate.
     *
     * @param alpn the application protocols to agree on
     */
    @Nullable
    public Supplier<SslContext> server(String property, @Nullable String name, List<String> alpn,
            ClientAuth clients, Faults faults) {
        return server(property, name, bundle -> new ContextUse.Server(bundle, List.copyOf(alpn), clients),
                faults);
    }

    /**
     * The same for HTTP.
     *
     * @param http2 whether HTTP/2 is offered
     */
    @Nullable
    public Supplier<SslContext> http(String property, @Nullable String name, boolean http2,
            ClientAuth clients, Faults faults) {
        return server(property, name, bundle -> new ContextUse.Http(bundle, http2, clients), faults);
    }

    private @Nullable Supplier<SslContext> server(String property, @Nullable String name,
            Function<String, ContextUse> use, Faults faults) {
        if (name == null) {
            unknown(property, null, faults);
            return null;
        }
        try {
            return contexts.of(use.apply(name));
        } catch (NoSuchSslBundleException e) {
            unknown(property, name, faults);
        } catch (SSLException | RuntimeException e) {
            unusable(property, name, e, faults);
        }
        return null;
    }

    /** Whom a bundle trusts; null if that cannot be read, which is told where the bundle is used. */
    public @Nullable Set<Certificate> authorities(String bundle) {
        try {
            KeyStore trusted = bundles.getBundle(bundle).getStores().getTrustStore();
            Set<Certificate> all = new HashSet<>();
            if (trusted != null) {
                for (String alias : Collections.list(trusted.aliases())) {
                    all.add(trusted.getCertificate(alias));
                }
            }
            return all;
        } catch (KeyStoreException | RuntimeException e) {
            return null;
        }
    }

    /** Checks a bundle that one of Boot's web servers uses: Boot would open its port with any bundle. */
    public void server(String property, String name, Faults faults) {
        try {
            KeyFit.check(bundles.getBundle(name));
        } catch (NoSuchSslBundleException e) {
            unknown(property, name, faults);
        } catch (RuntimeException e) {
            unusable(property, name, e, faults);
        }
    }

    private void unknown(String property, @Nullable String name, Faults faults) {
        List<String> names = bundles.getBundleNames();
        faults.add(property, name,
                "the name of an SSL bundle: " + (names.isEmpty() ? "none is configured" : names),
                "Define it under spring.ssl.bundle, or use the name of an existing one.");
    }

    private static void unusable(String property, @Nullable String name, Exception cause, Faults faults) {
        faults.add(property, name, "an SSL bundle that can be used; " + cause.getMessage(),
                "Correct its files.");
    }
}
