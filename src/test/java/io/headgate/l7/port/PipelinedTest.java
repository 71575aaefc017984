package io.headgate.l7.port;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** What comes of them in one read waits behind the first request. */
    @Test
    void chunksOfOneByteThatWaitForTheirTurnShareBuffers() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger lines = new AtomicInteger();
        try (RawServer held = new RawServer(socket -> {
            RawServer.readHead(socket);
            await().until(() -> gate.getCount() == 0);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
            RawServer.swallow(socket);
        });
                RawServer taking = new RawServer(socket -> {
                    RawServer.readHead(socket);
                    String text = "";
                    for (int size = chunk(socket); size > 0; size = chunk(socket)) {
                        text += new String(socket.getInputStream().readNBytes(size + 2), US_ASCII).strip();
                        lines.incrementAndGet();
                    }
                    RawServer.write(socket,
                            "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
                    RawServer.swallow(socket);
                });
                TestGateway gateway = TestGateway.start("""
                        headgate.pools.held: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.pools.taking: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: held, uri: "lb://held", predicates: [ "Path=/held" ] }
                          - { id: taking, uri: "lb://taking", predicates: [ "Path=/taking" ] }
                        """.formatted(held.port(), taking.port()));
                Wire client = new Wire(gateway.port())) {
            String body = "abcdefghijklmnopqrstuvwxyz".repeat(40);
            StringBuilder chunks = new StringBuilder();
            body.chars().forEach(each -> chunks.append("1\r\n").append((char) each).append("\r\n"));
            client.send(
                    get("/held") + "POST /taking HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + chunks + "0\r\n\r\n");
            await().until(() -> held.accepted() == 1);
            gate.countDown();
            assertThat(client.readUntil("first")).startsWith("HTTP/1.1 200");
            assertThat(client.readUntil(body)).startsWith("HTTP/1.1 200");
            assertThat(lines).as("of %d", body.length()).hasValueLessThan(body.length() - 100);
        }
    }

    private static int chunk(Socket socket) throws IOException {
        int size = 0;
        for (int next = socket.getInputStream().read(); next != '\n'; next = socket.getInputStream().read()) {
            size = next == '\r' ? size : 16 * size + Character.digit(next, 16);
        }
        return size;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }
}
