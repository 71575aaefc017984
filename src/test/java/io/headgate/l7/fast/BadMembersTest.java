package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.LogLines;
import io.headgate.TestGateway;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members that answer what cannot be read: it is their fault, whichever lane has asked them.
 */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class BadMembersTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final int LONG = 100_000;

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
                serve(wire, head.split(" ", 3)[1]);
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

    private static void serve(Wire wire, String path) throws IOException {
        switch (path) {
            case "/say" -> wire.send(said);
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
        return Wire.to(gateway.port());
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
}
