package io.headgate.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.Headgate;
import io.headgate.testing.TestAuthority;
import io.netty.pkitesting.CertificateBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys that cannot be used, each with what {@code --check} says. */
class CheckBundlesTest {

    private static final String BROKEN = "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n";

    @TempDir
    private Path folder;

    private String check(String certificate, String key) throws Exception {
        TestAuthority.write(TestAuthority.ours().issue("good.test"), folder, "good");
        TestAuthority.write(TestAuthority.ours().issue("other.test"), folder, "other");
        TestAuthority.write(
                new CertificateBuilder().ecp256().subject("CN=old.test").setIsCertificateAuthority(true)
                        .notBefore(Instant.EPOCH).notAfter(Instant.EPOCH.plus(Duration.ofDays(30)))
                        .buildSelfSigned(),
                folder, "expired");
        TestAuthority.write(
                new CertificateBuilder().rsa2048().subject("CN=rsa.test").setIsCertificateAuthority(true)
                        .buildSelfSigned(),
                folder, "rsa");
        Files.writeString(folder.resolve("words.crt"), "words");
        Files.writeString(folder.resolve("words.key"), "words");
        Files.writeString(folder.resolve("broken.crt"), BROKEN);
        Path file = folder.resolve("application.yml");
        Files.writeString(file, """
                server.ssl.bundle: b
                management.server.ssl.bundle: b
                spring.ssl.bundle.pem.b.keystore: { certificate: "file:F/%s", private-key: "file:F/%s" }
                headgate:
                  pools:
                    a: { members: ["127.0.0.1:1"], tls: { bundle: b } }
                  listeners: { one: { bind: "127.0.0.1:0", pool: a, tls: { bundle: b } } }
                """.formatted(certificate, key).replace("F/", folder + "/"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Check.run(Headgate.class,
                new String[]{"--check",
                        "--spring.config.location=classpath:/application.yml,file:" + file},
                new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "gone.crt    | good.key  | gone.crt",
            "good.crt    | gone.key  | gone.key",
            "words.crt   | good.key  | Missing certificates or unrecognized format",
            "good.crt    | words.key | Missing private key or unrecognized format",
            "broken.crt  | good.key  | Error reading certificate: Could not parse certificate",
            "good.crt    | other.key | the private key does not match the certificate",
            "good.crt    | rsa.key   | the private key does not match the certificate",
            "rsa.crt     | good.key  | the private key does not match the certificate"})
    void eachIsToldWithThePropertyThatUsesIt(String certificate, String key, String message)
            throws Exception {
        String text = check(certificate, key);
        assertThat(text).contains(
                "headgate.pools.a.tls.bundle: b (expected: an SSL bundle that can be used; ",
                "headgate.listeners.one.tls.bundle: b (expected: an SSL bundle that can be used; ",
                "server.ssl.bundle: b (expected: an SSL bundle that can be used; ",
                "management.server.ssl.bundle: b (expected: an SSL bundle that can be used; ", message);
    }

    @ParameterizedTest
    @CsvSource({"good.crt,good.key", "rsa.crt,rsa.key", "expired.crt,expired.key"})
    void goodOnesAndExpiredOnesAreTaken(String certificate, String key) throws Exception {
        assertThat(check(certificate, key)).isEqualTo("The configuration is valid.\n");
    }
}
