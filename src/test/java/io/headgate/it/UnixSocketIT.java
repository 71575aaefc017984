package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** nginx on a Unix domain socket behind a listener, checked and told by PROXY header who the client is. */
@NeedsTool("nginx")
class UnixSocketIT {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    @TempDir
    Path folder = Path.of("");

    private Process nginx() throws Exception {
        Files.deleteIfExists(folder.resolve("plain.sock"));
        Files.deleteIfExists(folder.resolve("told.sock"));
        return Nginx.start(folder);
    }

    @Test
    void nginxServesOverItsSocketAndIsMissedWhenItIsKilled() throws Exception {
        Nginx.write(folder,
                """
                        listen unix:%1$s/plain.sock;
                        listen unix:%1$s/told.sock proxy_protocol;
                        location / { default_type text/plain; return 200 "<$proxy_protocol_addr:$proxy_protocol_port>"; }
                        """
                        .formatted(folder));
        int plain = Ports.free();
        int told = Ports.free();
        Process nginx = nginx();
        try (TestGateway gateway = TestGateway.start("""
                headgate:
                  pools:
                    plain:
                      members: [ "unix:%1$s/plain.sock" ]
                      health: { check: http, path: /, interval: 200ms, fast-interval: 100ms }
                    told: { members: [ "unix:%1$s/told.sock" ], health: { interval: 200ms } }
                  listeners:
                    plain: { bind: "127.0.0.1:%2$d", pool: plain }
                    told: { bind: "127.0.0.1:%3$d", pool: told, proxy-protocol: { send: v2 } }
                """.formatted(folder, plain, told))) {
            await().until(() -> state(gateway, "plain").contains("\"state\":\"UP\"")
                    && state(gateway, "told").contains("\"state\":\"UP\""));
            assertThat(state(gateway, "plain")).contains("\"id\":\"plain.sock\"",
                    "\"address\":\"unix:" + folder + "/plain.sock\"");
            try (Wire client = new Wire(plain)) {
                client.send(REQUEST).readUntil("<:>");
            }
            try (Wire client = new Wire(told)) {
                client.send(REQUEST).readUntil("<127.0.0.1:");
            }
            assertThat(gateway.command("/actuator/pools/plain/members/plain.sock",
                    "{\"state\": \"ready\"}").statusCode()).isEqualTo(200);
            nginx.destroyForcibly().onExit().join();
            await().until(() -> state(gateway, "plain").contains("\"state\":\"DOWN\"")
                    && state(gateway, "told").contains("\"state\":\"DOWN\""));
            nginx = nginx();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> state(gateway, "plain").contains("\"state\":\"UP\""));
            try (Wire client = new Wire(plain)) {
                client.send(REQUEST).readUntil("<:>");
            }
        } finally {
            nginx.destroyForcibly().onExit().join();
        }
    }

    private static String state(TestGateway gateway, String pool) {
        return gateway.manage("/actuator/pools/" + pool).body();
    }
}
