package io.headgate.observe;

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/** The certificates of Spring's SSL bundles that have a key: those that Headgate presents. */
public final class Certificates {

    private final SslBundles bundles;

    public Certificates(SslBundles bundles) {
        this.bundles = bundles;
    }

    /**
     * When one of them expires.
     *
     * @param bundle the name of its bundle
     * @param alias its name within the bundle
     * @param names for which it is valid
     */
    public record Expiry(String bundle, String alias, String subject, List<String> names, Instant expires) {

        public Expiry {
            names = List.copyOf(names);
        }
    }

    /** All, the first to expire first. A bundle that cannot be read has none. */
    public List<Expiry> all() {
        List<Expiry> all = new ArrayList<>();
        bundles.getBundleNames().forEach(bundle -> all.addAll(of(bundle)));
        all.sort(Comparator.comparing(Expiry::expires));
        return all;
    }

    /** Those of one bundle. */
    List<Expiry> of(String bundle) {
        List<Expiry> all = new ArrayList<>();
        try {
            addAll(all, bundle, bundles.getBundle(bundle).getStores().getKeyStore());
        } catch (RuntimeException | KeyStoreException e) {
            // whoever uses it says why
        }
        return all;
    }

    private static void addAll(List<Expiry> all, String bundle, @Nullable KeyStore store)
            throws KeyStoreException {
        if (store == null) {
            return;
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)
                    && store.getCertificate(alias) instanceof X509Certificate certificate) {
                all.add(new Expiry(bundle, alias, certificate.getSubjectX500Principal().getName(),
                        names(certificate), certificate.getNotAfter().toInstant()));
            }
        }
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
