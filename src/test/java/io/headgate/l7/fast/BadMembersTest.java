package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members that answer what cannot be read, or more than they were asked for: whichever lane, it is their
 * fault, and nothing of it reaches the next client.
 */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class BadMembersTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    private static final int LONG = 100_000;
    private static final int OFTEN = 60;

    private static final List<String> BAD_HEADS = List.of("HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nok",
            "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok", "<html>hello</html>\r\n\r\n",
            "HTTP/1.1 1000 High\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 99 Low\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 " + "x".repeat(LONG) + "\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nX@: 1\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(LONG) + "\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabcde",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabcde");

    /** Bodies that cannot be read from their first byte on. */
    private static final List<String> BAD_BODIES = List.of(CHUNKED + "zz\r\nok\r\n0\r\n\r\n",
            CHUNKED + "-2\r\nok\r\n0\r\n\r\n", CHUNKED + "fffffffffffffffff\r\nok");

    /** Bodies whose first chunk can be read. */
    private static final List<String> BAD_ENDS = List.of(CHUNKED + "2\r\nokay\r\n0\r\n\r\n",
            CHUNKED + "2\r\nok\r\nzz\r\nok\r\n0\r\n\r\n", CHUNKED + "2\r\nok\r\n-2\r\nok\r\n0\r\n\r\n",
            CHUNKED + "2\r\nok\r\n0\r\nX@: 1\r\n\r\n");

    private static final List<String> WHOLE = List.of("HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", OK, CHUNKED + "5\r\nworld\r\n0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n" + HINTS + OK);

    /** A body, another answer, or the beginning of one. */
    private static final List<String> BEHIND = List.of("body", "H", "\0", "2\r\nno\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison", "HTTP/1.1 200 OK\r",
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n", "HTTP/1.1 200 OK\r\nX-Poison: a", HINTS,
            "HTTP/1.1 103 Early Hints\r\n", "HTTP/1.1 100 Continue\r\n\r\n");

    /** The client has got the answer. */
    private static final Semaphore SEEN = new Semaphore(0);

    private static ScriptedMember server;
    private static TestGateway gateway;
    /** What the member sends next. */
    private static volatile String said = "";

    private final boolean fast;

    BadMembersTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        server = new ScriptedMember((wire, connection, seen) -> {
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                wire.body(head);
                serve(wire, head.split(" ", 3)[1], seen);
            }
        });
        gateway = TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: fixed
                    uri: "http://127.0.0.1:%1$d"
                    predicates: [ "Path=/fixed/**" ]
                    filters: [ StripPrefix=1 ]
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(server.port()), "--headgate.fast-path.enabled=" + fast,
                "--headgate.fast-path.debug-header=true");
    }

    private static void serve(Wire wire, String path, List<String> seen) throws IOException {
        switch (path) {
            case "/say" -> wire.send(said);
            case "/later" -> {
                wire.send(OK);
                SEEN.acquireUninterruptibly();
                wire.send(said);
                seen.add(wire.rest() + "closed");
            }
            case "/half" -> wire.send("HTTP/1.1 200 OK\r\nContent-Len").close();
            default -> wire.send(OK);
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        server.close();
    }

    private static Wire client() throws IOException {
        return new Wire(gateway.port());
    }

    private static long resets() {
        Member member = gateway.bean(Pools.class).find("p").orElseThrow().members().getFirst();
        return member.count(Outcome.RESET);
    }

    @Test
    void anAnswerThatCannotBeReadIsTheMembersFault() throws IOException {
        try (LogLines log = new LogLines("ROOT"); LogLines ours = new LogLines("io.headgate.l7")) {
            for (String path : new String[]{"/say", "/fixed/say"}) {
                for (String answer : BAD_HEADS) {
                    assertRefused(path, answer);
                }
                for (String answer : BAD_BODIES) {
                    if (fast) { // which has sent the head by then
                        assertCut(path, answer, "");
                    } else {
                        assertRefused(path, answer);
                    }
                }
                for (String answer : BAD_ENDS) {
                    assertCut(path, answer, "2\r\nok\r\n");
                }
            }
            assertThat(log.traces()).isEmpty();
            assertThat(ours.lines()).isEmpty();
        }
    }

    private void assertRefused(String path, String answer) throws IOException {
        assertThat(answered(path, answer)).as(answer).startsWith("HTTP/1.1 502 ")
                .contains("\"reason\":\"bad-response\"");
    }

    private void assertCut(String path, String answer, String body) throws IOException {
        assertThat(answered(path, answer)).as(answer).startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n" + body);
    }

    /** What the client gets, once the member has been blamed. */
    private String answered(String path, String answer) throws IOException {
        said = answer;
        long before = resets();
        try (Wire client = client()) {
            String got = client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .rest();
            assertThat(got).containsIgnoringCase("X-Headgate: lane=" + (fast ? "fast" : "slow"));
            long blamed = path.startsWith("/fixed") ? before : before + 1;
            await().untilAsserted(() -> assertThat(resets()).as(answer).isEqualTo(blamed));
            return got;
        }
    }

    @Test
    void aHeadThatTheMemberBreaksOffIsAReset() throws IOException {
        for (String path : new String[]{"/half", "/fixed/half"}) {
            try (Wire client = client()) {
                client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
                assertThat(client.message()).startsWith("HTTP/1.1 502 ")
                        .contains("\"reason\":\"upstream-reset\"");
            }
        }
    }

    @Test
    void nothingBehindAnAnswerIsTakenForTheNextOne() throws IOException {
        for (String answer : WHOLE) {
            for (String behind : BEHIND) {
                for (String method : new String[]{"GET", "HEAD"}) {
                    said = answer + behind;
                    try (Wire client = client()) {
                        ask(client, method);
                        client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
                        assertThat(client.message()).as("behind %s: %s", method, said)
                                .startsWith("HTTP/1.1 200 ").endsWith("world");
                    }
                }
            }
        }
    }

    @Test
    void connectionsWithNothingBehindAnAnswerAreUsedAgain() throws IOException {
        int before = server.connections.get();
        try (Wire client = client()) {
            for (int i = 0; i < OFTEN; i++) {
                for (String answer : WHOLE) {
                    said = answer;
                    ask(client, "GET");
                }
                said = CHUNKED;
                ask(client, "HEAD");
            }
        }
        assertThat(server.connections.get() - before).isLessThan(OFTEN);
    }

    /** Has the member say it, and reads the answer. */
    private static void ask(Wire client, String method) throws IOException {
        client.send(method + " /say HTTP/1.1\r\nHost: h\r\n\r\n");
        String head = client.head();
        while (head.startsWith("HTTP/1.1 1")) {
            head = client.head();
        }
        assertThat(head).as(said).matches("(?s)HTTP/1.1 (200|204|304) .*");
        if (method.equals("GET") && head.startsWith("HTTP/1.1 200")) {
            client.body(head);
        }
    }

    @Test
    void aConnectionOnWhichTheMemberSpeaksUnaskedIsClosed() throws IOException {
        for (String behind : BEHIND) {
            said = behind;
            server.seen.clear();
            try (Wire client = client()) {
                client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.message()).endsWith("world");
                SEEN.release();
                await().untilAsserted(() -> assertThat(server.seen).as(behind).contains("closed"));
            }
        }
    }
}
