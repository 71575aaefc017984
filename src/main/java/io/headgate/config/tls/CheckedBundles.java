package io.headgate.config.tls;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;

/**
 * Spring's SSL bundles. If the files of a bundle change to something unusable, the change is refused here,
 * before any user is notified. Otherwise each user would have to notice it. Boot's web servers do not, and
 * every handshake would fail until the files are right again.
 */
public final class CheckedBundles extends DefaultSslBundleRegistry {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");

    @Override
    public void updateBundle(String name, SslBundle changed) {
        try {
            KeyFit.check(changed);
        } catch (RuntimeException e) {
            LOG.error("spring.ssl.bundle {}: the changed files are not used; the last good ones stay in use"
                    + " everywhere: {}", name, e.getMessage());
            return;
        }
        super.updateBundle(name, changed);
    }
}
