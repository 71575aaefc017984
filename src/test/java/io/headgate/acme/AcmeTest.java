package io.headgate.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.it.NeedsTool;
import io.headgate.it.Tool;
import io.headgate.testing.LogLines;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates from pebble, an authority for tests, which asks this gateway whether the names are its own.
 */
@NeedsTool({"pebble", "pebble-challtestsrv"})
@SuppressWarnings("NullAway.Init") // before all tests
class AcmeTest {

    private static final int FIRST = Ports.free(6);
    private static final int DIRECTORY = FIRST;
    private static final int MANAGEMENT = FIRST + 1;
    private static final int DNS = FIRST + 2;
    private static final int NAMES = FIRST + 3;
    private static final int HTTP = FIRST + 4;
    private static final int HTTPS = FIRST + 5;
    private static final List<Process> PROCESSES = new ArrayList<>();
    private static final Issued EARLIER = Placeholder.make();
    private static final RawServer MEMBER = new RawServer(RawServer.answering("hello"));

    @TempDir
    private static Path folder;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        TestAuthority.write(TestAuthority.ours().authority(), folder, "ca");
        TestAuthority.write(TestAuthority.ours().issue("localhost"), folder, "pebble");
        Files.writeString(folder.resolve("pebble.json"),
                """
                        {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                         "certificate": "%s/pebble.crt", "privateKey": "%s/pebble.key", "httpPort": %d, "tlsPort": %d}}
                        """
                        .formatted(DIRECTORY, MANAGEMENT, folder, folder, HTTP, HTTPS));
        run("pebble-challtestsrv", "-dns01", "127.0.0.1:" + DNS, "-http01", "", "-https01", "", "-tlsalpn01",
                "", "-management", "127.0.0.1:" + NAMES, "-defaultIPv6", "", "-defaultIPv4",
                "127.0.0.1");
        new CertificateFolder(folder.resolve("acme")).write("shop", EARLIER);
        gateway = TestGateway
                .start("""
                        spring.ssl.bundle.pem.pebble-ca.truststore.certificate: "%1$s/ca.crt"
                        headgate:
                          pools: { all: { members: [ "%2$s" ], health.check: none } }
                          listeners:
                            plain: { bind: "127.0.0.1:%3$d", protocol: http, redirect: secure }
                            secure: { bind: "127.0.0.1:%4$d", protocol: http, tls: { bundle: shop, client-auth: want } }
                          acme:
                            directory: "https://localhost:%5$d/dir"
                            terms-agreed: true
                            email: ops@example.org
                            folder: "%1$s/acme"
                            bundle: pebble-ca
                            certificates:
                              shop: { names: [ shop.example.org, www.shop.example.org ], trust: pebble-ca }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://all", predicates: [ "Path=/**" ] }
                        """
                        .formatted(folder, MEMBER.address(), HTTP, HTTPS, DIRECTORY));
    }

    private static Process pebble() throws IOException {
        return run("pebble", "-config", folder.resolve("pebble.json").toString(), "-dnsserver",
                "127.0.0.1:" + DNS);
    }

    private static Process run(String tool, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Tool.path(tool)));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(folder.resolve(tool + ".log").toFile());
        builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
        builder.environment().put("PEBBLE_WFE_NONCEREJECT", "20");
        Process process = builder.start();
        PROCESSES.add(process);
        return process;
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        PROCESSES.forEach(Process::destroyForcibly);
        MEMBER.close();
    }

    /** The certificate that a client of this name is shown; whether it is trusted does not matter. */
    private static X509Certificate shown() {
        try {
            X509Certificate[] seen = new X509Certificate[1];
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new Noting(seen)}, new SecureRandom());
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(new Socket(InetAddress.getLoopbackAddress(), HTTPS), "shop.example.org",
                            HTTPS, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("shop.example.org")));
                socket.setSSLParameters(parameters);
                socket.startHandshake();
            }
            return Objects.requireNonNull(seen[0]);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isIssued() {
        return shown().getIssuerX500Principal().getName().contains("Pebble");
    }

    @Test
    void aCertificateIsIssuedKeptAndSharedAndTheLastOneStaysWhileTheAuthorityIsAway() throws IOException {
        Path kept = folder.resolve("acme");
        assertThat(shown()).isEqualTo(EARLIER.certificate()); // the authority cannot be reached
        pebble();
        Issued theirs = Placeholder.make(); // of another replica, for other names: a new one is ordered
        new CertificateFolder(kept).write("shop", theirs);
        await().atMost(Duration.ofSeconds(90)).until(AcmeTest::isIssued);
        X509Certificate issued = shown();
        assertThat(RenewalTime.covers(issued, List.of("shop.example.org", "www.shop.example.org"))).isTrue();
        assertThat(Files.getPosixFilePermissions(kept.resolve("shop.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var left = Files.list(kept.resolve("challenges"))) {
            assertThat(left).isEmpty();
        }
        assertThat(gateway.get("/.well-known/acme-challenge/none").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/.well-known/acme-challenge/..%2faccount.key").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/").body()).isEqualTo("hello");

        PROCESSES.getLast().destroyForcibly(); // the authority
        try (LogLines log = new LogLines("headgate.acme")) {
            Files.writeString(kept.resolve("shop.pem"), "nothing that could be used");
            await().atMost(Duration.ofSeconds(60)).until(() -> log.have("shop.pem"));
        }
        assertThat(shown()).isEqualTo(issued);
    }

    private static final class Noting extends X509ExtendedTrustManager {

        private final X509Certificate[] seen;

        Noting(X509Certificate[] seen) {
            this.seen = seen;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            seen[0] = chain[0];
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {
            seen[0] = chain[0];
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen[0] = chain[0];
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
