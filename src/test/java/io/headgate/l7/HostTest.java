package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.FrameClient;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Host predicates compare names as names are compared: RFC 9110, 4.2.3. */
class HostTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHostIsTheSameHoweverItIsWritten(boolean fast) throws IOException {
        try (RawServer shop = new RawServer(RawServer.answering("shop"));
                RawServer below = new RawServer(RawServer.answering("below"));
                RawServer books = new RawServer(RawServer.answering("books"));
                TestGateway gateway = TestGateway.start("""
                        server.http2.enabled: true
                        headgate.fast-path.enabled: %s
                        headgate.pools.shop: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.pools.below: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.pools.books: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: shop, uri: "lb://shop", predicates: [ "Host=Shop.example.org." ] }
                          - { id: below, uri: "lb://below", predicates: [ "Host=**.Api.example.org" ] }
                          - { id: books, uri: "lb://books", predicates: [ "Host=bücher.example" ] }
                        """.formatted(fast, shop.port(), below.port(), books.port()))) {
            for (String host : new String[]{"shop.example.org", "SHOP.Example.ORG", "shop.example.org."}) {
                assertThat(ask(gateway, host)).as(host).endsWith("shop");
            }
            assertThat(ask(gateway, "X.API.example.org.")).endsWith("below");
            assertThat(ask(gateway, "XN--bcher-kva.example")).endsWith("books");
            assertThat(ask(gateway, "shop.example.org:8080")).startsWith("HTTP/1.1 404");
            try (FrameClient client = new FrameClient(gateway.port())) {
                int stream = client.open(true, ":method", "GET", ":scheme", "http", ":path", "/",
                        ":authority",
                        "SHOP.example.org");
                assertThat(client.whole(stream).body()).isEqualTo("shop");
            }
        }
    }

    private static String ask(TestGateway gateway, String host) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").readAll();
        }
    }
}
