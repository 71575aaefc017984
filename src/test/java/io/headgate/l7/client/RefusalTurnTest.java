package io.headgate.l7.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.RawClient;
import io.headgate.RawServer;
import io.headgate.TestGateway;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is refused gets its answer after those to the requests before it. */
class RefusalTurnTest {

    private static final String GOOD = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String BAD = "GET /a[0] HTTP/1.1\r\nHost: x\r\n\r\n";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsNeitherLostNorDoesItCutThoseBefore(boolean fast) throws IOException {
        try (RawServer member = new RawServer(RawServer.answering("fine"));
                TestGateway gateway = TestGateway.start("""
                        headgate.fast-path.enabled: %s
                        headgate.pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://web", predicates: [ "Path=/**" ] }
                        """.formatted(fast, member.port()))) {
            for (int i = 0; i < 100; i++) {
                try (RawClient pipelining = new RawClient(gateway.port());
                        RawClient quick = new RawClient(gateway.port())) {
                    String all = pipelining.send(GOOD + GOOD + BAD + GOOD).readAll();
                    assertThat(all.split("HTTP/1.1 200", -1)).as(all).hasSize(3);
                    assertThat(all.split("HTTP/1.1 ", -1)).as(all).hasSize(4);
                    assertThat(all.substring(all.lastIndexOf("HTTP/1.1 "))).startsWith("HTTP/1.1 400");
                    quick.send(GOOD).readUntil("fine");
                    assertThat(quick.send(BAD).readAll()).startsWith("HTTP/1.1 400");
                }
            }
        }
    }
}
