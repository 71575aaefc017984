package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests whose way leads from one member, connection or lane to the next. */
class PipeliningTest {

    private static RawServer reader;
    private static RawServer cutter;
    private static RawServer echo;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        reader = new RawServer(PipeliningTest::readWhole);
        cutter = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\n\r\nnot all of it");
            socket.setSoLinger(true, 0);
        });
        echo = new RawServer(socket -> {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
        });
        gateway = TestGateway
                .start("""
                        headgate:
                          pools:
                            half-dead: { members: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], health: { check: none } }
                            reader: { members: ["127.0.0.1:%2$d"], health: { check: none } }
                            cutter: { members: ["127.0.0.1:%3$d"], health: { check: none } }
                            echo: { members: ["127.0.0.1:%4$d"], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: half-dead, uri: "lb://half-dead", predicates: [ "Path=/half-dead" ] }
                          - { id: fast, uri: "lb://reader", predicates: [ "Path=/fast" ] }
                          - { id: slow, uri: "lb://reader", predicates: [ "Path=/slow" ], filters: [ FallbackHeaders ] }
                          - { id: cutter, uri: "lb://cutter", predicates: [ "Path=/cutter" ] }
                          - { id: echo, uri: "lb://echo", predicates: [ "Path=/echo" ], filters: [ "AddRequestHeader=X-Ours, 1" ] }
                        """
                        .formatted(Ports.free(), reader.port(), cutter.port(), echo.port()));
    }

    /** Answers each request once its whole body has come. */
    private static void readWhole(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (;;) {
            int length = 0;
            String line = in.readLine();
            if (line == null) {
                return;
            }
            for (; line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            for (int i = 0; i < length; i++) {
                in.read();
            }
            String body = "read " + length;
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        reader.close();
        cutter.close();
        echo.close();
    }

    @AfterEach
    void nothingIsInFlight() {
        gateway.awaitIdle();
    }

    @Test
    void aBodyGoesOnAfterADeadMemberToAConnectionThatLayReady() {
        for (int i = 0; i < 8; i++) {
            assertThat(gateway.get("/half-dead").body()).isEqualTo("read 0");
            assertThat(gateway.post("/half-dead", "x".repeat(300_000)).body()).isEqualTo("read 300000");
        }
    }

    @Test
    void aSlowRequestThatWasSentAheadIsReadToItsEnd() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /fast HTTP/1.1\r\nHost: h\r\n\r\nPOST /slow HTTP/1.1\r\nHost: h\r\n"
                    + "Content-Length: 300000\r\n\r\n" + "x".repeat(300_000));
            client.readUntil("read 0");
            client.readUntil("read 300000");
            client.send("GET /fast HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("read 0");
        }
    }

    @Test
    void anAnswerWithoutALengthThatIsCutOffIsNotEndedInOrder() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send("GET /cutter HTTP/1.1\r\nHost: h\r\n\r\n").readAll())
                    .doesNotContain("\r\n0\r\n\r\n");
        }
    }

    @Test
    void aClientCannotNameAwayWhatTheRouteAdds() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            String answer = client
                    .send("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close, X-Ours, X-Theirs\r\n"
                            + "X-Theirs: 1\r\n\r\n")
                    .readAll();
            assertThat(answer).containsIgnoringCase("X-Ours: 1").doesNotContainIgnoringCase("X-Theirs");
        }
    }
}
