package io.headgate.admin.access;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Identifies the bearers of client certificates by their subject. The TLS handshake has already verified that
 * a trusted authority issued the certificate, and that the bearer has its key.
 */
final class CertificateLogin {

    private final List<LdapName> writers;

    /** Those whose subject has all attributes of one of these names may write. */
    CertificateLogin(List<String> writers) {
        this.writers = writers.stream().map(CertificateLogin::name).toList();
    }

    /** Empty if there is no certificate, or one of another subject: the request may have another way. */
    Mono<Authentication> claim(ServerWebExchange exchange) {
        String subject = subject(exchange.getRequest().getSslInfo());
        if (subject == null || writers.stream().noneMatch(writer -> has(name(subject), writer))) {
            return Mono.empty();
        }
        return Mono.just(new PreAuthenticatedAuthenticationToken(subject, "", List.of()));
    }

    private static boolean has(LdapName subject, LdapName writer) {
        return subject.getRdns().containsAll(writer.getRdns());
    }

    private static @Nullable String subject(@Nullable SslInfo tls) {
        X509Certificate[] chain = tls == null ? null : tls.getPeerCertificates();
        return chain == null || chain.length == 0 ? null : chain[0].getSubjectX500Principal().getName();
    }

    private static LdapName name(String name) {
        try {
            return new LdapName(name);
        } catch (InvalidNameException e) {
            throw new IllegalStateException(e);
        }
    }
}
