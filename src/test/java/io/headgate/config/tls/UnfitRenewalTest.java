package io.headgate.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.LogLines;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate is renewed half: its file is another one, its key the old one. */
class UnfitRenewalTest {

    private static final TestAuthority OURS = TestAuthority.ours();

    @TempDir
    private Path folder;

    private static Certificate shown(int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) OURS.context(null).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private void copy(String file) throws IOException {
        Files.copy(folder.resolve("next." + file), folder.resolve("own." + file),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void thePortsGoOnWithTheLastGoodOneUntilBothFilesFit() throws Exception {
        TestAuthority.write(OURS.issue("gateway.test"), folder, "own");
        TestAuthority.write(OURS.issue("gateway.test"), folder, "next");
        try (TestGateway gateway = TestGateway.start("""
                spring.ssl.bundle:
                  watch.file.quiet-period: 200ms
                  pem.own:
                    reload-on-update: true
                    keystore: { certificate: "FOLDER/own.crt", private-key: "FOLDER/own.key" }
                server.ssl.bundle: own
                management.server.ssl.bundle: own
                headgate.pools.none: { members: [ "127.0.0.1:1" ], health: { check: none } }
                """.replace("FOLDER", folder.toString()));
                LogLines log = new LogLines("headgate.reload")) {
            Certificate first = shown(gateway.port());

            copy("crt");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> log.lines().stream().anyMatch(line -> line.contains("does not match")));
            assertThat(shown(gateway.port())).isEqualTo(first);
            assertThat(shown(gateway.managementPort())).isEqualTo(first);

            copy("key");
            await().atMost(Duration.ofMinutes(1)).until(() -> !shown(gateway.port()).equals(first));
            await().atMost(Duration.ofMinutes(1)).until(() -> !shown(gateway.managementPort()).equals(first));
        }
    }
}
