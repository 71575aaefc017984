package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.port.Port;
import io.headgate.security.AddressSet;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class ManagementGuardTest {

    private static final Duration SOON = Duration.ofMillis(200);

    @ParameterizedTest
    @CsvSource({"'', ''", "GET /a HTT, header-timeout",
            "POST /a HTTP/1.1~Host: h~Content-Length: 9~~some, body-timeout",
            "GET /a HTTP/1.1~Host: h~~, 200 OK"})
    void whatDoesNotGoOnIsClosed(String sent, String answer) throws IOException {
        Port port = ManagementGuard.port(new ClientLimits(SOON, SOON, SOON, 0, 0, 0),
                new Forwarding(AddressSet.EMPTY), Ticker.systemTicker());
        DisposableServer server = port.attach(HttpServer.create().host("127.0.0.1").port(0))
                .handle((request, response) -> request.receive().then(response.send().then())).bindNow();
        try (Wire client = new Wire(server.port())) {
            String all = client.send(sent.replace("~", "\r\n")).readAll();
            assertThat(all).contains(answer);
        } finally {
            server.disposeNow();
        }
    }

    @Test
    void oneAddressDoesNotTakeAllConnections() throws IOException {
        List<Wire> open = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start("")) {
            for (int i = 0; i < ManagementGuard.LIMITS.maxConnectionsPerClient(); i++) {
                open.add(new Wire(gateway.managementPort()));
                open.getLast().send("GET /actuator/health/liveness HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(open.getLast().readUntil("}")).contains("200 OK");
            }
            try (Wire other = new Wire(gateway.managementPort())) {
                assertThat(other.readAll()).doesNotContain("HTTP/1.1");
            }
            Socket last = open.removeLast().socket();
            last.close();
            await().ignoreExceptions()
                    .until(() -> gateway.manage("/actuator/health/liveness").statusCode() == 200);
        } finally {
            for (Wire client : open) {
                client.close();
            }
        }
    }
}
