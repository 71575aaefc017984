package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.HeadLimits;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.config.HttpClientProperties;

/** What docs/strictness.md says of one message and the next on a connection, whichever lane serves it. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class StrictOnBothLanesTest {

    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String UPGRADE = "Connection: Upgrade\r\n\r\n";

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private static ScriptedMember member;
    private static TestGateway gateway;
    /** What the member answers at /answer. */
    private static volatile String answer = "";

    @Parameter
    boolean fast;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        member = new ScriptedMember((wire, connection, seen) -> {
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                SEEN.add(head);
                switch (head.split(" ", 3)[1]) {
                    case "/answer" -> wire.send(answer);
                    case "/ws" -> {
                        wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                        byte[] buffer = new byte[1000];
                        for (int got = wire.readSome(buffer); got > 0; got = wire.readSome(buffer)) {
                            wire.send(buffer, got);
                        }
                        return;
                    }
                    default -> {
                        wire.body(head);
                        wire.send(OK);
                    }
                }
            }
        });
        gateway = TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast);
        await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 1);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private static Wire client() throws IOException {
        return new Wire(gateway.port());
    }

    /** Some read "5 0" as 5 and some as 80: what one of them takes for body is a request for the other. */
    @ParameterizedTest
    @ValueSource(strings = {"5 0", "5\t0", " 5", "\t5", "5\0", "5\r6", "5\u000b0", "5\f", "\u000b5",
            "5\u00a0",
            "5\u0085", "+5", "0x5", "5h", "5 ", "5\t", "", " ;a", "5 0;a", "5;a\rb", "5;a\0"})
    void whatStandsInAChunksLineBesideItsSizeIsRefused(String line) throws IOException {
        String chunk = line + "\r\nhello\r\n0\r\n\r\n";
        try (Wire client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\n" + CHUNKED + chunk
                    + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
            String all = client.rest();
            assertThat(all).startsWith("HTTP/1.1 400 ").doesNotContain("200 OK");
            assertThat(SEEN).noneMatch(head -> head.contains("/smuggled"));
        }
        try (Wire client = client()) {
            answer = "HTTP/1.1 200 OK\r\n" + CHUNKED + chunk;
            client.send("GET /answer HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).doesNotContain("hello").doesNotEndWith("0\r\n\r\n");
        }
    }

    /** However the line is cut. */
    @Test
    void aChunksLineMeansTheSameAtEverySplit() throws IOException {
        for (String line : new String[]{"5 0", "\t5", "5\u000b", "5 ;a=b", "0005;a", "5"}) {
            String request = "POST / HTTP/1.1\r\nHost: h\r\n" + CHUNKED + line + "\r\nhello\r\n0\r\n\r\n";
            int from = request.indexOf(CHUNKED) + CHUNKED.length();
            for (int cut = from; cut <= from + line.length() + 2; cut++) {
                try (Wire client = client()) {
                    client.send(request.substring(0, cut)).send(request.substring(cut));
                    assertThat(client.message()).startsWith(
                            line.contains(";") || line.equals("5")
                                    ? "HTTP/1.1 200 "
                                    : "HTTP/1.1 400 ");
                }
            }
        }
    }

    /** RFC 9110, 5.3: lines of one name are one list. */
    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive\r\nConnection: X-Secret",
            "Connection: X-Secret\r\nConnection: close",
            "Connection: close\r\nconnection: x-secret, keep-alive",
            "Connection: Keep-Alive\r\nConnection: Keep-Alive\r\nConnection: ,x-SECRET"})
    void whatAnyLineOfConnectionNamesStaysOnTheConnection(String lines) throws IOException {
        try (Wire client = client()) {
            answer = "HTTP/1.1 200 OK\r\n" + lines
                    + "\r\nX-Secret: 1\r\nX-Other: 1\r\nContent-Length: 2\r\n\r\nok";
            client.send(
                    "GET /answer HTTP/1.1\r\nHost: h\r\n" + lines + "\r\nX-Secret: 1\r\nX-Other: 1\r\n\r\n");
            assertThat(client.message()).containsIgnoringCase("x-other: 1")
                    .doesNotContainIgnoringCase("x-secret").endsWith("ok");
            assertThat(SEEN.getLast()).containsIgnoringCase("x-other: 1")
                    .doesNotContainIgnoringCase("x-secret");
        }
    }

    @Test
    void anAnswerOnConnectionsThatCloseEndsThem() throws IOException {
        try (Wire client = client()) {
            String all = client.send("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n"
                    + "Connection: close\r\n\r\n").rest();
            assertThat(all).endsWith("ok").doesNotContainIgnoringCase("connection: keep-alive");
        }
    }

    @Test
    void aMembersHeadMayBeAsLongOnEitherLane() throws IOException {
        HttpClientProperties slow = gateway.bean(HttpClientProperties.class);
        assertThat(slow.getMaxHeaderSize().toBytes()).isEqualTo(HeadLimits.HEADERS);
        assertThat(slow.getMaxInitialLineLength().toBytes()).isEqualTo(HeadLimits.LINE);
        for (int length : new int[]{10_000, 60_000, 70_000}) {
            answer = "HTTP/1.1 200 OK\r\nX-Long: " + "a".repeat(length) + "\r\nContent-Length: 2\r\n\r\nok";
            try (Wire client = client()) {
                client.send("GET /answer HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                assertThat(client.rest()).startsWith(length > HeadLimits.HEADERS
                        ? "HTTP/1.1 502 "
                        : "HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void aClientIsToldToGoOnWhicheverLineAsksForIt() throws IOException {
        try (Wire client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nConnection: expect\r\nExpect: x\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 100 Continue");
            assertThat(client.send("ok").message()).startsWith("HTTP/1.1 200 ");
        }
    }

    /** RFC 6455, 4.1: a client waits. What comes before is read as HTTP, and would be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0081\u0081abcdz", "\u0081", "\u0002\u0081abcdz", "\u0088\u0080abcd\r\n\r\n",
            "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n\u0081\u0081abcdz"})
    void whatComesBehindAHandshakeBeforeItIsAnsweredIsRefused(String early) throws IOException {
        try (Wire client = client()) {
            assertThat(client.send(HANDSHAKE + UPGRADE + early).rest()).startsWith("HTTP/1.1 400 ")
                    .contains("bad-request").containsOnlyOnce("HTTP/1.1");
        }
        try (Wire client = client()) {
            String both = client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n" + HANDSHAKE + UPGRADE + early)
                    .rest();
            assertThat(both).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 400 ")
                    .doesNotContain("HTTP/1.1 101");
        }
        try (Wire client = client()) {
            String only = client.send(HANDSHAKE + "Connection: close, Upgrade\r\n\r\n" + early).rest();
            assertThat(only).doesNotContain("HTTP/1.1 101");
        }
        assertThat(SEEN).noneMatch(head -> head.contains("/smuggled"));
    }

    /** A compressed frame does not look like a control character, and waits in the decoder. */
    @Test
    void whatCannotBeReadAsHttpYetIsPassedOn() throws IOException {
        String early = "\u00c1\u0081abcdz";
        try (Wire client = client()) {
            client.send(HANDSHAKE + UPGRADE + early);
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.exactly(early.length())).isEqualTo(early);
        }
    }
}
