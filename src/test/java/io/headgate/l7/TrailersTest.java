package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrailersTest {

    @ParameterizedTest
    @EnumSource(names = {"FAST", "SLOW"})
    void whatIsAboutTheConnectionDoesNotPassAndTheRestDoes(Lane lane) throws Exception {
        try (RawServer member = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, """
                    HTTP/1.1 200 OK\r
                    Transfer-Encoding: chunked\r
                    \r
                    2\r
                    ok\r
                    0\r
                    X-First: 1\r
                    Connection: close\r
                    Content-Type: text/html\r
                    Keep-Alive: timeout=1\r
                    X-Last: 2\r
                    \r
                    """);
            RawServer.swallow(socket);
        });
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          fast-path.enabled: %s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                        """.formatted(member.port(), lane == Lane.FAST));
                Wire client = new Wire(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\nok\r\n0\r\n");
            assertThat(client.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT))
                    .contains("x-first: 1", "x-last: 2")
                    .doesNotContain("connection", "keep-alive");
        }
    }
}
