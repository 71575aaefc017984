package io.headgate.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.config.reload.Reload;
import io.headgate.config.reload.ReloadResult;
import io.headgate.testing.Ports;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SSL bundles come, change and go with a reload, as what uses them does. */
class ReloadedBundlesTest {

    private static final TestAuthority OURS = TestAuthority.ours();

    @TempDir
    private Path folder;

    private final int first = Ports.free();
    private final int second = Ports.free();
    private Path file = Path.of("");

    private void issue(String name, String file) {
        TestAuthority.write(OURS.issue(name), folder, file);
    }

    private static String bundle(String name, String certificate, String key) {
        return """
                spring.ssl.bundle.pem.%s:
                  reload-on-update: true
                  keystore: { certificate: "FOLDER/%s.crt", private-key: "FOLDER/%s.key" }
                """.formatted(name, certificate, key);
    }

    private static String listener(String name, int port, String bundle) {
        return """
                headgate.listeners.%s: { bind: "127.0.0.1:%d", protocol: http, tls: { bundle: %s } }
                """.formatted(name, port, bundle);
    }

    private void write(String... parts) throws IOException {
        Files.writeString(file,
                ("spring.ssl.bundle.watch.file.quiet-period: 100ms\n" + String.join("", parts))
                        .replace("FOLDER", folder.toString()));
    }

    private static String shown(int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) OURS.context(null).getSocketFactory().createSocket("127.0.0.1",
                port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void bundlesComeChangeAndGo() throws IOException {
        issue("one.test", "one");
        issue("two.test", "two");
        issue("three.test", "three");
        file = folder.resolve("application.yml");
        String one = bundle("one", "one", "one");
        String serving = listener("first", first, "one");
        write(one, serving);
        try (TestGateway gateway = TestGateway.start(file, "--headgate.reload.watch=false")) {
            Reload reload = gateway.bean(Reload.class);
            assertThat(shown(first)).isEqualTo("CN=one.test");

            // a new one whose key does not fit is refused, and can be corrected
            write(one, serving, bundle("two", "two", "three"), listener("second", second, "two"));
            assertThat(reload.now().toString()).contains("headgate.listeners.second.tls.bundle",
                    "the private key does not match the certificate");
            write(one, serving, bundle("two", "absent", "two"), listener("second", second, "two"));
            assertThat(reload.now()).isInstanceOf(ReloadResult.Refused.class);
            write(one, serving, bundle("two", "two", "two"), listener("second", second, "two"));
            assertThat(reload.now()).isInstanceOfSatisfying(ReloadResult.Applied.class,
                    applied -> assertThat(applied.changes().settings())
                            .containsExactly("spring.ssl.bundle.pem.two"));
            assertThat(shown(second)).isEqualTo("CN=two.test");

            // its files are watched from then on
            issue("renewed.test", "two");
            await().untilAsserted(() -> assertThat(shown(second)).isEqualTo("CN=renewed.test"));

            // one that is in use gets other files, but not such as cannot be used
            write(bundle("one", "three", "two"), serving);
            assertThat(reload.now()).isInstanceOf(ReloadResult.Refused.class);
            assertThat(shown(first)).isEqualTo("CN=one.test");
            write(bundle("one", "three", "three"), serving);
            assertThat(reload.now()).isInstanceOf(ReloadResult.Applied.class);
            assertThat(shown(first)).isEqualTo("CN=three.test");

            // the files before these no longer matter
            issue("old.test", "one");
            issue("new.test", "three");
            await().untilAsserted(() -> assertThat(shown(first)).isEqualTo("CN=new.test"));

            // one that is gone cannot be named
            write(serving);
            assertThat(reload.now().toString()).contains("headgate.listeners.first.tls.bundle: one");
            write(bundle("one", "one", "one"), serving);
            assertThat(reload.now()).isInstanceOf(ReloadResult.Applied.class);
            assertThat(shown(first)).isEqualTo("CN=old.test");
        }
    }
}
