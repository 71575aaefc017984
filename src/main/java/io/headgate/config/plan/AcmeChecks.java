package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.AcmeProperties;
import io.headgate.config.tls.TlsMaterial;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Checks the properties of certificates that are issued by ACME. */
final class AcmeChecks {

    private static final String PATH = "headgate.acme";

    private AcmeChecks() {
    }

    static void check(AcmeProperties acme, TlsMaterial material, Environment environment, Faults faults) {
        if (acme.certificates().isEmpty()) {
            return;
        }
        if (!acme.termsAgreed()) {
            faults.add(PATH + ".terms-agreed", acme.termsAgreed(), "true",
                    "Read the terms of service of the authority, and agree to them.");
        }
        faults.parse(PATH + ".directory", acme.directory(), AcmeChecks::directory,
                "Write the address of the authority's directory.");
        folder(acme.folder(), faults);
        String email = acme.email();
        if (email != null && !email.matches("[^@\\s,?]+@[^@\\s,?]+")) {
            faults.add(PATH + ".email", email, "an address such as ops@example.org", "Correct or remove it.");
        }
        if (acme.bundle() != null) {
            material.client(PATH + ".bundle", acme.bundle(), faults);
        }
        acme.certificates().forEach((name, certificate) -> {
            String path = PATH + ".certificates." + name;
            if (!name.matches("[a-z0-9-]+")) {
                faults.add(path, name, "lower-case letters, digits and hyphens", "Choose another name.");
            }
            for (String kind : List.of("pem", "jks")) {
                if (environment.containsProperty(
                        "spring.ssl.bundle." + kind + "." + name + ".keystore."
                                + (kind.equals("pem") ? "certificate" : "location"))) {
                    faults.add(path, name, "a name that no SSL bundle has",
                            "The certificate becomes an SSL bundle of this name: rename one of them.");
                }
            }
            if (certificate.names().isEmpty()) {
                faults.add(path + ".names", null, "host names", "Say which names this is for.");
            }
            HostNameChecks.read(path + ".names", certificate.names(), false, faults);
            certificate.names().stream().filter(host -> host.startsWith("*")).forEach(
                    host -> faults.add(path + ".names", host, "no wildcard: http-01 cannot prove one",
                            "Name each host."));
            String trust = certificate.trust();
            if (trust != null) {
                material.client(path + ".trust", trust, faults);
            }
        });
    }

    private static URI directory(String text) {
        URI uri = URI.create(text);
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(text + " (expected: an address with https)");
        }
        return uri;
    }

    private static void folder(@Nullable String text, Faults faults) {
        if (text == null || text.isBlank()) {
            faults.add(PATH + ".folder", text, "a folder", "Name one that outlives the process.");
            return;
        }
        Path folder = Path.of(text).toAbsolutePath();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            faults.add(PATH + ".folder", text, "a folder that this process may write",
                    "Make it, and give it to the user that this process runs as.");
        }
    }
}
