package io.headgate.config.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTlsTest {

    private static final TestAuthority KEYS = TestAuthority.ours();

    @TempDir
    private Path folder;

    private String bundles() {
        return """
                spring.ssl.bundle:
                  watch.file.quiet-period: 200ms
                  pem:
                    ours:
                      reload-on-update: true
                      keystore: { certificate: "FOLDER/ours.crt", private-key: "FOLDER/ours.key" }
                    trust:
                      truststore: { certificate: "FOLDER/ours.crt" }
                """.replace("FOLDER", folder.toString());
    }

    private static String listener(int port, int member, String tls) {
        return """
                headgate:
                  pools: { echo: { members: ["127.0.0.1:%d"] } }
                  listeners:
                    secure: { bind: "127.0.0.1:%d", pool: echo, tls: %s }
                """.formatted(member, port, tls);
    }

    private static SSLSocket connect(int port) throws IOException {
        SSLSocket socket = (SSLSocket) KEYS.context(null).getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String shown(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal()
                .getName();
    }

    private static String shown(int port) throws IOException {
        try (SSLSocket socket = connect(port)) {
            return shown(socket);
        }
    }

    private static void echo(SSLSocket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    /** The name in the handshake chooses whom to trust, and the Host header chooses the route. */
    @Test
    void withClientCertificatesAllNamesOfAListenerTrustTheSameAuthorities() throws IOException {
        TestAuthority.write(KEYS.issue("one.test"), folder, "one");
        TestAuthority.write(KEYS.issue("two.test"), folder, "two");
        String yaml = """
                spring.ssl.bundle.pem:
                  one:
                    keystore: { certificate: "FOLDER/one.crt", private-key: "FOLDER/one.key" }
                    truststore: { certificate: "FOLDER/one.crt" }
                  two:
                    keystore: { certificate: "FOLDER/two.crt", private-key: "FOLDER/two.key" }
                    truststore: { certificate: "FOLDER/TRUSTED.crt" }
                headgate.listeners.secure:
                  bind: 127.0.0.1:0
                  protocol: http
                  tls:
                    bundle: one
                    client-auth: need
                    certificates: [ { names: [ two.test ], bundle: two } ]
                """.replace("FOLDER", folder.toString());
        assertThatThrownBy(() -> TestGateway.start(yaml.replace("TRUSTED", "two"))).hasStackTraceContaining(
                "headgate.listeners.secure.tls.certificates[0].bundle: two (expected: a bundle that trusts the"
                        + " same authorities as the first one, with client-auth)");
        try (TestGateway gateway = TestGateway.start(yaml.replace("TRUSTED", "one"))) {
            assertThat(gateway.port()).isPositive();
        }
    }

    @Test
    void aChangedCertificateIsShownToNewClientsAndOldOnesStay() throws IOException {
        TestAuthority.write(KEYS.issue("first.test"), folder, "ours");
        int port = Ports.free();
        try (RawServer member = new RawServer(RawServer.ECHO);
                TestGateway gateway = TestGateway
                        .start(bundles() + listener(port, member.port(), "{ bundle: ours }"));
                SSLSocket old = connect(port)) {
            assertThat(shown(old)).isEqualTo("CN=first.test");
            echo(old);
            TestAuthority.write(KEYS.issue("second.test"), folder, "ours");
            await().until(() -> shown(port).equals("CN=second.test"));
            echo(old);
            assertThat(gateway.manage("/actuator/prometheus").body()).contains("headgate_");
        }
    }

    @Test
    void everyFaultIsNamed() {
        TestAuthority.write(KEYS.issue("first.test"), folder, "ours");
        String tls = """
                { bundle: trust, client-auth: perhaps, alpn: [""], handshake-timeout: 0s,
                  certificates: [{ bundle: ours }, { names: [a.test], bundle: absent }] }""";
        assertThatThrownBy(() -> TestGateway.start(bundles() + listener(0, 1, tls.replace("\n", " "))))
                .rootCause().isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("tls.bundle: trust (expected: an SSL bundle that can be used;")
                .hasMessageContaining("tls.client-auth: perhaps (expected: none, want or need)")
                .hasMessageContaining("tls.alpn").hasMessageContaining("tls.handshake-timeout")
                .hasMessageContaining("tls.certificates[0].names")
                .hasMessageContaining("tls.certificates[1].bundle: absent");
    }
}
