package io.headgate.config.tls;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The TLS contexts that are made of bundles, for listeners and for members. When a bundle's files change (its
 * {@code reload-on-update}), new connections use the new contents. If these are unusable, the last good ones
 * stay in use.
 */
final class LiveContexts {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");

    private final SslBundles bundles;
    private final Map<ContextUse, LiveContext> byUse = new ConcurrentHashMap<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    LiveContexts(SslBundles bundles) {
        this.bundles = bundles;
    }

    /**
     * The context for this use; the same object as long as the process runs.
     *
     * @throws SSLException when the bundle is not usable
     */
    LiveContext of(ContextUse use) throws SSLException {
        SslBundle bundle = bundles.getBundle(use.bundle());
        KeyFit.check(bundle);
        LiveContext context = new LiveContext(use.context(bundle));
        if (watched.add(use.bundle())) {
            bundles.addBundleUpdateHandler(use.bundle(), changed -> renew(use.bundle(), changed));
        }
        LiveContext known = byUse.putIfAbsent(use, context);
        return known == null ? context : known;
    }

    private void renew(String name, SslBundle changed) {
        byUse.forEach((use, live) -> {
            if (use.bundle().equals(name)) {
                try {
                    live.replace(use.context(changed));
                    LOG.info("SSL bundle {} renewed", name);
                } catch (SSLException | RuntimeException e) {
                    LOG.error(
                            "spring.ssl.bundle {}: the changed files are not used by {}; the last good ones"
                                    + " stay in use there: {}",
                            name, use, e.getMessage());
                }
            }
        });
    }
}
