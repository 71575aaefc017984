package io.headgate.config.tls;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;

/**
 * Spring's SSL bundles. If the files of a bundle change to something unusable, the change is refused here,
 * before any user is notified. Otherwise each user would have to notice it. Boot's web servers do not, and
 * every handshake would fail until the files are right again.
 */
public final class CheckedBundles extends DefaultSslBundleRegistry {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");

    private final Map<String, SslBundleRegistry> sources = new ConcurrentHashMap<>();
    private volatile Set<String> hidden = Set.of();

    /** Where a registrar registers its bundles, and tells of files that change later. */
    public SslBundleRegistry source() {
        return new Source();
    }

    private final class Source implements SslBundleRegistry {

        @Override
        public void registerBundle(String name, SslBundle bundle) {
            put(name, bundle, this);
        }

        @Override
        public void updateBundle(String name, SslBundle changed) {
            if (equals(sources.get(name))) { // otherwise a reload has put another bundle in its place
                CheckedBundles.this.updateBundle(name, changed);
            }
        }
    }

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

    /** Adds a bundle, or puts it in the place of the one of that name; from now on, its source updates it. */
    void put(String name, SslBundle bundle, SslBundleRegistry source) {
        if (super.getBundleNames().contains(name)) {
            super.updateBundle(name, bundle);
        } else {
            registerBundle(name, bundle);
        }
        sources.put(name, source);
    }

    /** From now on, there are no bundles of these names. (None can be removed.) */
    void hide(Set<String> names) {
        hidden = Set.copyOf(names);
    }

    @Override
    public SslBundle getBundle(String name) {
        if (hidden.contains(name)) {
            throw new NoSuchSslBundleException(name,
                    "SSL bundle name '" + name + "' is no longer configured");
        }
        return super.getBundle(name);
    }

    @Override
    public List<String> getBundleNames() {
        return super.getBundleNames().stream().filter(name -> !hidden.contains(name)).toList();
    }
}
