package io.headgate.config;

import io.headgate.acme.Authority;
import io.headgate.acme.CertificateFolder;
import io.headgate.acme.Issued;
import io.headgate.acme.Placeholder;
import io.headgate.acme.Proofs;
import io.headgate.acme.Renewals;
import io.headgate.acme.Wanted;
import io.headgate.config.properties.AcmeCertificateProperties;
import io.headgate.config.properties.AcmeProperties;
import io.headgate.config.tls.CheckedBundles;
import io.headgate.l7.fast.FastPath;
import io.headgate.l7.route.AcmeChallenge;
import io.headgate.net.HostNames;
import io.headgate.pool.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Certificates by ACME, where any are configured: each is an SSL bundle, which is updated when it is renewed.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(AcmeConfiguration.AnyCertificate.class)
class AcmeConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.acme");

    /** What cannot be bound is a fault of the plan. */
    private static @Nullable AcmeProperties properties(Environment environment) {
        try {
            return Binder.get(environment).bind("headgate.acme", AcmeProperties.class).orElse(null);
        } catch (BindException e) {
            return null;
        }
    }

    private static CertificateFolder folder(AcmeProperties properties) {
        return new CertificateFolder(Path.of(Objects.requireNonNullElse(properties.folder(), "acme")));
    }

    /** After Boot's own, which these may refer to. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    SslBundleRegistrar acmeBundles(Environment environment, ObjectProvider<SslBundles> bundles) {
        AcmeProperties acme = properties(environment);
        return registry -> {
            if (acme != null) {
                acme.certificates()
                        .forEach((name, certificate) -> register(name, certificate, acme, registry,
                                bundles::getObject));
            }
        };
    }

    private static void register(String name, AcmeCertificateProperties certificate, AcmeProperties acme,
            SslBundleRegistry registry, Supplier<SslBundles> bundles) {
        Issued issued = null;
        try {
            issued = folder(acme).read(name);
        } catch (IOException e) {
            LOG.error("Certificate {}: {}", name, e.getMessage());
        }
        try {
            registry.registerBundle(name,
                    bundle(issued == null ? Placeholder.make() : issued, certificate, bundles));
        } catch (RuntimeException e) {
            LOG.warn("Certificate {}: {}", name, e.getMessage()); // the plan's faults say more
        }
    }

    private static SslBundle bundle(Issued issued, AcmeCertificateProperties certificate,
            Supplier<SslBundles> bundles) {
        return SslBundle.of(new Stores(
                new PemSslStoreBundle(PemSslStore.of(issued.chain(), issued.key()), null),
                certificate.trust(),
                bundles));
    }

    /** The other bundle is looked for when it is needed: not all are registered when this one is made. */
    private record Stores(SslStoreBundle own, @Nullable String trust, Supplier<SslBundles> bundles)
            implements
                SslStoreBundle {

        @Override
        public @Nullable KeyStore getKeyStore() {
            return own.getKeyStore();
        }

        @Override
        public @Nullable String getKeyStorePassword() {
            return own.getKeyStorePassword();
        }

        @Override
        public @Nullable KeyStore getTrustStore() {
            return trust == null ? null : bundles.get().getBundle(trust).getStores().getTrustStore();
        }
    }

    @Bean(destroyMethod = "close")
    Renewals renewals(Environment environment, CheckedBundles bundles, Clock clock) {
        AcmeProperties acme = Objects.requireNonNull(properties(environment));
        CertificateFolder folder = folder(acme);
        SSLContext trust = acme.bundle() == null ? null : bundles.getBundle(acme.bundle()).createSslContext();
        List<Wanted> wanted = acme.certificates().entrySet().stream()
                .map(each -> new Wanted(each.getKey(),
                        each.getValue().names().stream().map(HostNames::normal).toList()))
                .toList();
        return new Renewals(wanted, folder,
                new Authority(URI.create(acme.directory()), acme.email(), trust, folder), clock.wall(),
                (name, issued) -> bundles.updateBundle(name, bundle(issued,
                        Objects.requireNonNull(acme.certificates().get(name)), () -> bundles)));
    }

    @Bean(destroyMethod = "close")
    Proofs proofs(Environment environment) {
        return new Proofs(folder(Objects.requireNonNull(properties(environment))));
    }

    /** When the listeners are open, by one of which the authority comes. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> acmeStart(Renewals renewals, Proofs proofs,
            FastPath fastPath) {
        return ready -> {
            fastPath.answersChallenges(AcmeChallenge.route(proofs));
            renewals.start();
        };
    }

    static final class AnyCertificate implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            AcmeProperties acme = properties(context.getEnvironment());
            return acme != null && !acme.certificates().isEmpty();
        }
    }
}
