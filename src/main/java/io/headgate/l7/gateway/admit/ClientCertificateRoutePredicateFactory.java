package io.headgate.l7.gateway.admit;

import io.headgate.l7.Arrival;
import io.headgate.l7.CertificateHeaders;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code ClientCertificate}: the client has shown a certificate that the listener trusts. With patterns, the
 * whole of its subject or issuer (as in RFC 2253), or one of its alternative names, has to match.
 */
public final class ClientCertificateRoutePredicateFactory
        extends
            ArrivalPredicateFactory<ClientCertificateRoutePredicateFactory.Config> {

    public ClientCertificateRoutePredicateFactory() {
        super(Config.class);
    }

    /** Regular expressions. */
    public static final class Config {

        private @Nullable String subject;
        private @Nullable String san;
        private @Nullable String issuer;

        public @Nullable String getSubject() {
            return subject;
        }

        public void setSubject(String subject) {
            this.subject = subject;
        }

        public @Nullable String getSan() {
            return san;
        }

        public void setSan(String san) {
            this.san = san;
        }

        public @Nullable String getIssuer() {
            return issuer;
        }

        public void setIssuer(String issuer) {
            this.issuer = issuer;
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("subject", "issuer");
    }

    @Override
    public Predicate<Arrival> test(Config config) {
        Pattern subject = pattern(config.getSubject());
        Pattern san = pattern(config.getSan());
        Pattern issuer = pattern(config.getIssuer());
        return arrival -> !arrival.certificates().isEmpty()
                && matches(arrival.certificates().getFirst(), subject, san, issuer);
    }

    private static @Nullable Pattern pattern(@Nullable String text) {
        return text == null ? null : Pattern.compile(text);
    }

    private static boolean matches(X509Certificate shown, @Nullable Pattern subject, @Nullable Pattern san,
            @Nullable Pattern issuer) {
        return (subject == null || subject.matcher(shown.getSubjectX500Principal().getName()).matches())
                && (issuer == null || issuer.matcher(shown.getIssuerX500Principal().getName()).matches())
                && (san == null || CertificateHeaders.names(shown).stream()
                        .anyMatch(name -> san.matcher(name).matches()));
    }
}
