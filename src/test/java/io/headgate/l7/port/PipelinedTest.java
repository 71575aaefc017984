package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PipelinedTest {

    /**
     * The second is answered, without a member, within the call that takes it out of Reactor Netty's queue.
     */
    @Test
    void pipelinedRequestsOfTheSlowLaneDoNotEndTheConnectionsReading() throws IOException {
        try (RawServer blue = new RawServer(RawServer.answering("blue"));
                TestGateway gateway = TestGateway.start("""
                        headgate.pools.blue: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.fast-path.enabled: false
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: blue, uri: "lb://blue", predicates: [ "Path=/blue" ] }
                          - { id: moved, uri: "http://nowhere.invalid", predicates: [ "Path=/moved" ],
                              filters: [ "RedirectTo=302, http://elsewhere.example/" ] }
                        """.formatted(blue.port()));
                Wire client = new Wire(gateway.port())) {
            for (int i = 0; i < 50; i++) {
                client.send(get("/blue") + get("/moved"));
                assertThat(client.readUntil("HTTP/1.1 302")).startsWith("HTTP/1.1 200");
                client.readUntil("\r\n\r\n");
            }
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }
}
