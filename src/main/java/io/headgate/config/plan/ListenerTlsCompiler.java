package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ListenerCertificateProperties;
import io.headgate.config.properties.ListenerTlsProperties;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.l4.ServerTls;
import io.headgate.security.NamedContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks the properties with which TLS ends at a listener. */
final class ListenerTlsCompiler {

    private ListenerTlsCompiler() {
    }

    /** Null when a fault makes it impossible. */
    static @Nullable ServerTls compile(String path, ListenerTlsProperties tls, TlsMaterial material,
            Faults faults) {
        int before = faults.found().size();
        faults.positive(path + ".handshake-timeout", tls.handshakeTimeout());
        checkProtocols(path + ".alpn", tls.alpn(), faults);
        ClientAuth clients = clientAuth(path + ".client-auth", tls.clientAuth(), faults);
        Supplier<SslContext> otherwise = material.server(path + ".bundle", tls.bundle(), tls.alpn(), clients,
                faults);
        List<NamedContexts.Rule> rules = new ArrayList<>();
        for (int i = 0; i < tls.certificates().size(); i++) {
            ListenerCertificateProperties certificate = tls.certificates().get(i);
            String at = path + ".certificates[" + i + "]";
            if (certificate.names().isEmpty()) {
                faults.add(at + ".names", null, "host names or *.example.org",
                        "Say which names this is for.");
            }
            List<String> names = HostNameChecks.read(at + ".names", certificate.names(), false, faults);
            Supplier<SslContext> context = material.server(at + ".bundle", certificate.bundle(), tls.alpn(),
                    clients, faults);
            if (context != null) {
                rules.add(new NamedContexts.Rule(names, context));
            }
        }
        return otherwise == null || faults.found().size() > before
                ? null
                : new ServerTls(new NamedContexts(otherwise, rules), tls.handshakeTimeout());
    }

    private static void checkProtocols(String property, List<String> alpn, Faults faults) {
        for (String protocol : alpn) {
            if (!protocol.matches("[\\x21-\\x7e]{1,255}")) {
                faults.add(property, protocol, "names of 1 to 255 visible characters, such as h2",
                        "Correct or remove it.");
            }
        }
    }

    private static ClientAuth clientAuth(String property, String text, Faults faults) {
        return switch (text) {
            case "none" -> ClientAuth.NONE;
            case "want" -> ClientAuth.OPTIONAL;
            case "need" -> ClientAuth.REQUIRE;
            default -> {
                faults.add(property, text, "none, want or need", "Write one of these values.");
                yield ClientAuth.NONE;
            }
        };
    }
}
