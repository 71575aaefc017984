package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.headgate.testing.Wire;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scanners and misconfigured clients do to the TLS port. */
class FailedHandshakeTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachIsOneLineWithItsReasonAndNoStackTrace(boolean http2) throws Exception {
        TestKeys keys = TestKeys.make();
        try (TestGateway gateway = TestGateway.start("headgate.access-log.enabled: true",
                "--server.ssl.bundle=test",
                "--server.http2.enabled=" + http2,
                "--spring.ssl.bundle.jks.test.keystore.location=file:" + keys.store(folder),
                "--spring.ssl.bundle.jks.test.keystore.password=secret");
                AccessLines access = new AccessLines();
                LogLines all = new LogLines("ROOT")) {
            try (Wire plain = new Wire(gateway.port())) {
                plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readAll();
            }
            try (Wire garbage = new Wire(gateway.port())) {
                garbage.send("\u0001\u0002\u0003 nothing that anybody would understand").readAll();
            }
            try (SSLSocket distrusting = (SSLSocket) SSLContext.getDefault().getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), gateway.port())) {
                assertThatThrownBy(distrusting::startHandshake).hasMessageContaining("PKIX");
            }
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(access.lines()).hasSize(3)
                    .allMatch(line -> line.contains("reason=client-tls-failed")
                            && line.contains("client=127.0.0.1")));
            assertThat(gateway.manage("/actuator/prometheus").body())
                    .contains("headgate_reasons_total{layer=\"l7\",reason=\"client-tls-failed\"} 3.0");
            try (Wire silent = new Wire(gateway.port())) {
                silent.socket().shutdownOutput();
                silent.readAll();
            }
            try (SSLSocket honest = (SSLSocket) keys.trusting().getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), gateway.port());
                    Wire client = new Wire(honest)) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").readAll())
                        .startsWith("HTTP/1.1 404 ");
            }
            await().until(() -> access.lines().size() == 4); // and none for the one that came and went
            assertThat(all.traces()).isEmpty();
        }
    }
}
