package io.headgate.config.tls;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;

/**
 * Spring's SSL bundles. A bundle whose files have changed to something that cannot serve is refused here,
 * before anybody is told of it: otherwise each user would have to notice, and the web servers of Boot do not;
 * every handshake would fail until the files are right again.
 */
public final class CheckedBundles extends DefaultSslBundleRegistry {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");

    @Override
    public void updateBundle(String name, SslBundle changed) {
        try {
            KeyFit.check(changed);
        } catch (RuntimeException e) {
            LOG.error("spring.ssl.bundle {}: its changed files are not used, and the last good ones serve"
                    + " everywhere: {}", name, e.getMessage());
            return;
        }
        super.updateBundle(name, changed);
    }
}
