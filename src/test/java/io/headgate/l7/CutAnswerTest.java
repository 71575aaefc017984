package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the access log says of an answer whose end its client has not had. */
class CutAnswerTest {

    private static final byte[] PART = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true", "false, true"})
    void aClientThatLeavesInTheMiddleHasItsReason(boolean fast, boolean byReset) throws Exception {
        try (RawServer member = new RawServer(socket -> {
            socket.getInputStream().read(new byte[4096]);
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            for (;;) {
                socket.getOutputStream().write(PART);
            }
        });
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          access-log.enabled: true
                          fast-path.enabled: %s
                          pools.web.members: [ "127.0.0.1:%d" ]
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                        """.formatted(fast, member.port()));
                AccessLines access = new AccessLines()) {
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("xxxx");
                if (byReset) {
                    client.socket().setSoLinger(true, 0);
                }
            }
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(access.lines()).singleElement()
                            .asString().contains("status=200", "reason=client-gone", "target=/big"));
        }
    }
}
