package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.JwtProperties;
import io.headgate.config.properties.ManagementProperties;
import io.headgate.security.PemPublicKey;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Checks the ways to authenticate writes other than the password. */
final class WriterChecks {

    private static final String JWT = "headgate.management.jwt";
    private static final String CERTIFICATES = "headgate.management.certificates";
    private static final String SSL = "management.server.ssl";

    private WriterChecks() {
    }

    static void check(Environment environment, ManagementProperties management, Faults faults) {
        if (management.jwt() != null) {
            token(management.jwt(), faults);
        }
        for (int i = 0; i < management.certificates().size(); i++) {
            faults.parse(CERTIFICATES + "[" + i + "]", management.certificates().get(i),
                    WriterChecks::subject,
                    "Write the attributes that the subject must have; openssl x509 -noout -subject -nameopt"
                            + " RFC2253 -in FILE shows a certificate's.");
        }
        String clientAuth = environment.getProperty(SSL + ".client-auth", "none").toLowerCase(Locale.ROOT);
        if (!management.certificates().isEmpty() && !Set.of("need", "want").contains(clientAuth)) {
            faults.add(SSL + ".client-auth", clientAuth, "need or want, with " + CERTIFICATES,
                    "Give the management port TLS (" + SSL + ".bundle, with a trust store) and let it ask for"
                            + " certificates.");
        }
    }

    private static void token(JwtProperties jwt, Faults faults) {
        if (Stream.of(jwt.issuer(), jwt.jwkSetUri(), jwt.publicKey())
                .allMatch(way -> way == null || way.isBlank())) {
            faults.add(JWT, "", "one of issuer, jwk-set-uri and public-key",
                    "Say where the keys that sign tokens come from.");
        }
        if (jwt.jwkSetUri() != null && jwt.publicKey() != null) {
            faults.add(JWT + ".public-key", jwt.publicKey(), "either public-key or jwk-set-uri",
                    "Leave one of them out.");
        }
        url(JWT + ".issuer", jwt.issuer(), faults);
        url(JWT + ".jwk-set-uri", jwt.jwkSetUri(), faults);
        if (jwt.publicKey() != null) {
            faults.parse(JWT + ".public-key", jwt.publicKey(), file -> PemPublicKey.read(Path.of(file)),
                    "Make it with: openssl pkey -in PRIVATE.pem -pubout");
        }
        blank(JWT + ".authority", jwt.authority(), faults);
        blank(JWT + ".claim", jwt.claim(), faults);
        blank(JWT + ".user-claim", jwt.userClaim(), faults);
    }

    private static void blank(String property, String value, Faults faults) {
        if (value.isBlank() || value.indexOf(' ') >= 0) {
            faults.add(property, value, "one word", "Leave it out for the default.");
        }
    }

    /** Anyone who can change data on plain http could make tokens. */
    private static void url(String property, @Nullable String value, Faults faults) {
        if (value == null) {
            return;
        }
        try {
            URI uri = new URI(value);
            if (uri.getHost() != null && ("https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && isLoopback(uri.getHost())))) {
                return;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        faults.add(property, value,
                "an https URL (http only to this machine, as in http://127.0.0.1:8081/...)",
                "Keys from elsewhere have to come over TLS.");
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost")
                    || (host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static LdapName subject(String text) {
        try {
            LdapName name = new LdapName(text);
            if (!name.isEmpty()) {
                return name;
            }
        } catch (InvalidNameException e) {
            // as if there were nothing
        }
        throw new IllegalArgumentException(
                text + " (expected: attributes of a subject, such as CN=ops,O=Example)");
    }
}
