package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request that is refused gets its answer after those to the requests before it. */
class RefusalTurnTest {

    private static final String GOOD = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String BAD_HEAD = "GET /a<0> HTTP/1.1\r\nHost: x\r\n\r\n";
    /** A lane has its head when the fault is seen. */
    private static final String BAD_BODY = """
            POST /a HTTP/1.1\r
            Host: x\r
            Transfer-Encoding: chunked\r
            \r
            2\r
            hi\r
            -1\r
            """;

    @ParameterizedTest
    @CsvSource({"true, BAD_HEAD", "true, BAD_BODY", "false, BAD_HEAD", "false, BAD_BODY"})
    void itIsNeitherLostNorDoesItCutThoseBefore(boolean fast, String fault) throws IOException {
        String bad = fault.equals("BAD_HEAD") ? BAD_HEAD : BAD_BODY;
        try (LogLines spring = new LogLines("org.springframework.web");
                LogLines reactor = new LogLines("reactor.netty.http.server");
                RawServer member = new RawServer(RawServer.answering("fine"));
                TestGateway gateway = TestGateway.start("""
                        headgate.fast-path.enabled: %s
                        headgate.pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://web", predicates: [ "Path=/**" ] }
                        """.formatted(fast, member.port()))) {
            for (int i = 0; i < 100; i++) {
                try (Wire pipelining = new Wire(gateway.port());
                        Wire quick = new Wire(gateway.port())) {
                    String all = pipelining.send(GOOD + GOOD + bad + GOOD).readAll();
                    assertThat(all.split("HTTP/1.1 200", -1)).as(all).hasSize(3);
                    assertThat(all.split("HTTP/1.1 ", -1)).as(all).hasSize(4);
                    assertThat(all.substring(all.lastIndexOf("HTTP/1.1 "))).startsWith("HTTP/1.1 400");
                    quick.send(GOOD).readUntil("fine");
                    assertThat(quick.send(bad).readAll()).startsWith("HTTP/1.1 400");
                }
            }
            assertThat(spring.lines()).as("stack traces that any client could ask for").isEmpty();
            assertThat(reactor.lines()).isEmpty();
        }
    }
}
