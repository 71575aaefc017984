package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import io.headgate.testing.AccessLines;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The handshake of a WebSocket is the member's to answer, and what follows is passed on byte for byte. */
@ParameterizedClass
@EnumSource(names = {"FAST", "SLOW"})
@SuppressWarnings("NullAway.Init")
class UpgradeTest {

    private static final String SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static final String BRIEF = "hello" + "x".repeat(100_000) + "bye";

    /** More than the buffers of three sockets hold. */
    private static final int MUCH = 12_000_000;

    private static RawServer member;
    private static TestGateway gateway;
    /** How many bytes of a client the member has read that reads little at a time. */
    private static volatile CompletableFuture<Long> taken = new CompletableFuture<>();

    @Parameter
    Lane lane;

    @BeforeParameterizedClassInvocation
    static void start(Lane lane) {
        member = new RawServer(UpgradeTest::serve);
        gateway = TestGateway
                .start("""
                        headgate:
                          pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                          pools.half: { members: [ "127.0.0.1:%2$d", "127.0.0.1:%1$d" ], health: { check: none } }
                          pools.gone: { members: [ "127.0.0.1:%2$d" ], health: { check: none } }
                          fast-path.enabled: %3$s
                          access-log.enabled: true
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: half, uri: "lb://half", predicates: [ "Path=/half" ] }
                          - { id: gone, uri: "lb://gone", predicates: [ "Path=/gone" ] }
                          - { id: all, uri: "lb://p", predicates: [ "Path=/**" ], filters: [ "AddResponseHeader=X-Answer, a" ] }
                        """
                        .formatted(member.port(), Ports.free(), lane == Lane.FAST));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        gateway.close();
        member.close();
    }

    @AfterEach
    void nothingIsInFlight() {
        await().untilAsserted(() -> assertThat(gateway.bean(Pools.class).all()).allSatisfy(
                pool -> assertThat(pool.members())
                        .allSatisfy(each -> assertThat(each.inFlight()).isZero())));
    }

    /**
     * Agrees to all but "/forbidden", and then sends back what comes until the word "end"; to "/brief" it
     * says something and closes, and to "/reading" it reads slowly and talks itself.
     */
    private static void serve(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String path = in.readLine().split(" ", 3)[1];
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
        }
        if (path.equals("/forbidden")) {
            RawServer.write(socket,
                    "HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nContent-Length: 6\r\n\r\nno way");
            return;
        }
        if (!head.toString().toLowerCase(java.util.Locale.ROOT).contains("upgrade: websocket")) {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
            return;
        }
        if (path.equals("/brief")) {
            RawServer.write(socket, SWITCHED + "\r\n" + BRIEF);
            return;
        }
        if (path.equals("/reading")) {
            RawServer.write(socket, SWITCHED + "\r\nhello");
            taken.complete(countSlowly(socket));
            return;
        }
        RawServer.write(socket, SWITCHED
                + (path.equals("/stomp") ? "Sec-WebSocket-Protocol: stomp\r\n" : "") + "\r\nhello");
        char[] buffer = new char[100_000];
        StringBuilder all = new StringBuilder();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            String bytes = new String(buffer, 0, n);
            all.append(bytes);
            RawServer.write(socket, bytes);
            if (all.toString().endsWith("end")) {
                return;
            }
        }
    }

    private static long countSlowly(Socket socket) throws IOException {
        long count = 0;
        byte[] few = new byte[500];
        for (int n = socket.getInputStream().read(few); n >= 0; n = socket.getInputStream().read(few)) {
            count += n;
            if (count % 100_000 < n) {
                RawServer.write(socket, "so far " + count);
            }
        }
        return count;
    }

    private static Wire ask(String path) throws IOException {
        return new Wire(gateway.port()).send("GET " + path
                + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: mqtt, stomp\r\n\r\n");
    }

    @Test
    void theSubprotocolIsTheMembersChoice() throws Exception {
        try (Wire client = ask("/stomp")) {
            assertThat(client.readUntil("hello")).startsWith("HTTP/1.1 101")
                    .containsIgnoringCase("upgrade: websocket")
                    .containsIgnoringCase("connection: upgrade")
                    .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .containsOnlyOnce("stomp").doesNotContain("mqtt").containsIgnoringCase("x-answer: a");
        }
        try (Wire client = ask("/none")) {
            assertThat(client.readUntil("hello")).doesNotContain("mqtt", "stomp");
        }
    }

    @Test
    void aRefusalIsTheMembersOwn() throws Exception {
        try (Wire client = ask("/forbidden")) {
            assertThat(client.readUntil("no way")).startsWith("HTTP/1.1 403")
                    .containsIgnoringCase("x-why: no")
                    .containsIgnoringCase("x-answer: a");
        }
    }

    @Test
    void whereNobodyListensItIs502AndAnotherMemberIsAsked() throws Exception {
        try (Wire client = ask("/gone")) {
            assertThat(client.readUntil("connect-failed")).startsWith("HTTP/1.1 502");
        }
        for (int i = 0; i < 4; i++) {
            try (Wire client = ask("/half")) {
                assertThat(client.readUntil("hello")).startsWith("HTTP/1.1 101");
            }
        }
    }

    /** Fragments, an empty close, and what no one can read as frames: it is nobody's business in between. */
    @Test
    void bytesPassAsTheyAreUntilOneSideEnds() throws Exception {
        try (Wire client = ask("/none")) {
            client.readUntil("hello");
            String bytes = "\u0001\u0082abcdab\u0080\u0082abcdcd\u0088\u0080abcd" + "x".repeat(200_000)
                    + "end";
            client.send(bytes);
            assertThat(client.readAll()).isEqualTo(bytes);
        }
        Member asked = gateway.bean(Pools.class).find("p").orElseThrow().members().getFirst();
        await().until(() -> asked.inFlight() == 0);
        assertThat(asked.count(Outcome.RESET)).isZero();
    }

    /** The member may be gone before the client has its 101. */
    @Test
    void whatAMemberSaysBeforeItClosesReachesTheClient() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Wire client = ask("/brief")) {
                assertThat(client.readAll()).startsWith("HTTP/1.1 101").endsWith("\r\n\r\n" + BRIEF);
            }
        }
    }

    /** Much of it waits for the member when the client closes, and the member has said what nobody reads. */
    @Test
    void whatAClientSaysBeforeItClosesReachesTheMember() throws Exception {
        for (int i = 0; i < 3; i++) {
            taken = new CompletableFuture<>();
            try (Wire client = ask("/reading")) {
                client.readUntil("hello");
                Thread reading = Thread.ofVirtual().start(() -> readOn(client));
                byte[] block = new byte[MUCH / 100];
                for (int part = 0; part < 100; part++) {
                    client.socket().getOutputStream().write(block);
                }
                client.socket().shutdownOutput();
                reading.join();
            }
            assertThat(taken.get(60, TimeUnit.SECONDS)).isEqualTo(MUCH);
        }
    }

    private static void readOn(Wire client) {
        try {
            client.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aClientThatLeavesEndsTheMembersConnection() throws Exception {
        try (Wire client = ask("/none")) {
            client.readUntil("hello");
            assertThat(member.open()).isPositive();
        }
        await().until(() -> member.open() == 0);
    }

    @Test
    void theAccessLogHasTheBytesAlsoWhereTheClientEndsIt() throws Exception {
        try (AccessLines access = new AccessLines()) {
            try (Wire client = ask("/told")) {
                client.readUntil("hello");
                client.send("as it is").readUntil("as it is");
            }
            await().untilAsserted(() -> assertThat(access.lines()).filteredOn(
                    line -> line.contains("target=/told")).singleElement().asString()
                    .contains("status=101", " in=8 out=13"));
        }
    }

    @Test
    void anUpgradeThatWasNotProperlyAskedForIsNone() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /none HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.readUntil("plain")).startsWith("HTTP/1.1 200");
        }
    }
}
