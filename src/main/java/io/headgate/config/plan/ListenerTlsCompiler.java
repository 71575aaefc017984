package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ListenerCertificateProperties;
import io.headgate.config.properties.ListenerTlsProperties;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.security.NamedContexts;
import io.headgate.security.ServerTls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks the properties with which TLS ends at a listener. */
final class ListenerTlsCompiler {

    private ListenerTlsCompiler() {
    }

    /** Makes the context of a bundle, named by a property. */
    private interface Contexts {

        @Nullable
        Supplier<SslContext> of(String property, @Nullable String bundle, ClientAuth clients);
    }

    /** Null when a fault makes it impossible. */
    static @Nullable ServerTls compile(String path, ListenerTlsProperties tls, TlsMaterial material,
            Faults faults) {
        checkProtocols(path + ".alpn", tls.alpn(), faults);
        return compile(path, tls, faults, (property, bundle, clients) -> material.server(property, bundle,
                tls.alpn(), clients, faults));
    }

    /** The same for HTTP. */
    static @Nullable ServerTls http(String path, ListenerTlsProperties tls, boolean http2,
            TlsMaterial material, Faults faults) {
        if (!tls.alpn().isEmpty()) {
            faults.add(path + ".alpn", tls.alpn(), "nothing, with protocol: http",
                    "Remove it; http2 of the listener says whether HTTP/2 is offered.");
        }
        oneTrust(path, tls, material, faults);
        return compile(path, tls, faults, (property, bundle, clients) -> material.http(property, bundle,
                http2, clients, faults));
    }

    /**
     * The name in the handshake chooses the bundle, and the Host header the route: with authorities of its
     * own for each name, the client of one could ask for another.
     */
    private static void oneTrust(String path, ListenerTlsProperties tls, TlsMaterial material,
            Faults faults) {
        if (tls.clientAuth().equals("none")) {
            return;
        }
        Map<String, String> bundles = new LinkedHashMap<>();
        if (tls.bundle() != null) {
            bundles.put(path + ".bundle", tls.bundle());
        }
        for (int i = 0; i < tls.certificates().size(); i++) {
            String bundle = tls.certificates().get(i).bundle();
            if (bundle != null) {
                bundles.put(path + ".certificates[" + i + "].bundle", bundle);
            }
        }
        Set<Certificate> first = null;
        for (Map.Entry<String, String> each : bundles.entrySet()) {
            Set<Certificate> trusted = material.authorities(each.getValue());
            if (first == null) {
                first = trusted;
            } else if (trusted != null && !trusted.equals(first)) {
                faults.add(each.getKey(), each.getValue(),
                        "a bundle that trusts the same authorities as the first one, with client-auth",
                        "Clients of one name could use their certificates for another. Give names with other"
                                + " authorities a listener of their own.");
            }
        }
    }

    private static @Nullable ServerTls compile(String path, ListenerTlsProperties tls, Faults faults,
            Contexts contexts) {
        int before = faults.found().size();
        faults.positive(path + ".handshake-timeout", tls.handshakeTimeout());
        ClientAuth clients = clientAuth(path + ".client-auth", tls.clientAuth(), faults);
        Supplier<SslContext> otherwise = tls.strictSni() && tls.bundle() == null
                ? null
                : contexts.of(path + ".bundle", tls.bundle(), clients);
        List<NamedContexts.Rule> rules = new ArrayList<>();
        for (int i = 0; i < tls.certificates().size(); i++) {
            ListenerCertificateProperties certificate = tls.certificates().get(i);
            String at = path + ".certificates[" + i + "]";
            if (certificate.names().isEmpty()) {
                faults.add(at + ".names", null, "host names or *.example.org",
                        "Say which names this is for.");
            }
            List<String> names = HostNameChecks.read(at + ".names", certificate.names(), false, faults);
            Supplier<SslContext> context = contexts.of(at + ".bundle", certificate.bundle(), clients);
            if (context != null) {
                rules.add(new NamedContexts.Rule(names, context));
            }
        }
        if (tls.strictSni() && rules.isEmpty()) {
            faults.add(path + ".certificates", null, "certificates by name, with strict-sni",
                    "Without any, every client would be refused.");
        }
        return faults.found().size() > before
                ? null
                : new ServerTls(new NamedContexts(tls.strictSni() ? null : otherwise, rules),
                        tls.handshakeTimeout());
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
