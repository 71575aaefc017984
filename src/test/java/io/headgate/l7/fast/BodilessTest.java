package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer with a body, of which a filter makes one that has none: both lanes drop the body and no more. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class BodilessTest {

    private static final int TIMES = 200;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theConnectionsServeOn(boolean fast) throws IOException {
        String large = "x".repeat(100_000);
        try (ScriptedMember member = new ScriptedMember((wire, connection, seen) -> {
            wire.waitsForEver();
            for (String request = wire.message(); !request.isBlank(); request = wire.message()) {
                seen.add(request.split(" ", 3)[1]);
                wire.send(request.startsWith("HEAD ")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                        : request.contains("/chunked")
                                ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n"
                                : request.contains("/large")
                                        ? "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + large
                                        : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld");
            }
        });
                TestGateway gateway = TestGateway
                        .start("""
                                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                                spring.cloud.gateway.server.webflux.routes:
                                  - { id: r204, uri: 'lb://p', predicates: [ 'Path=/204/**' ], filters: [ SetStatus=204 ] }
                                  - { id: r205, uri: 'lb://p', predicates: [ 'Path=/205/**' ], filters: [ SetStatus=205 ] }
                                  - { id: r304, uri: 'lb://p', predicates: [ 'Path=/304/**' ], filters: [ SetStatus=304 ] }
                                  - { id: rest, uri: 'lb://p', predicates: [ 'Path=/**' ] }
                                """
                                .formatted(member.port()), "--headgate.fast-path.enabled=" + fast);
                Wire client = new Wire(gateway.port())) {
            for (int i = 0; i < TIMES; i++) {
                for (String status : new String[]{"204", "205", "304"}) {
                    for (String kind : new String[]{"small", "chunked", "large"}) {
                        client.send("GET /" + status + "/" + kind + " HTTP/1.1\r\nHost: h\r\n\r\n");
                        assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ")
                                .doesNotContainIgnoringCase("transfer-encoding");
                    }
                    client.send("HEAD /" + status + "/x HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ");
                }
                client.send("GET /whole HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nworld");
            }
            assertThat(member.seen).hasSize(TIMES * 13);
            assertThat(member.connections.get()).isLessThan(10);
        }
    }
}
