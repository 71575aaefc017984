package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.FrameClient;
import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets with characters that should have been escaped, see docs/strictness.md, on both lanes. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class RelaxedTargetsTest {

    private static ScriptedMember member;
    private static TestGateway gateway;

    private final boolean fast;

    RelaxedTargetsTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        member = ScriptedMember.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        gateway = TestGateway.start("""
                headgate:
                  access-log.enabled: true
                  pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                  client.report-only: [ delimiters, beyond-ascii ]
                spring.cloud.gateway.server.webflux.routes:
                  - id: stripped
                    uri: "lb://p"
                    predicates: [ "Path=/stripped/{what}", "Query=q, a.b" ]
                    filters: [ StripPrefix=1, "AddRequestHeader=X-What, {what}" ]
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast,
                "--server.http2.enabled=true");
        await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 2);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private static String get(String target) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            return client.rest();
        }
    }

    private static double reported(String rule) {
        return gateway.bean(MeterRegistry.class).get("headgate.client.reported").tag("rule", rule).counter()
                .count();
    }

    /** By the URL standard these leave a browser as they are. */
    @Test
    void whatBrowsersSendIsServed() throws IOException {
        for (String[] each : new String[][]{{"/a|b[0]^", "/a%7Cb%5B0%5D%5E"}, {"/?q=a|b", "/?q=a%7Cb"},
                {"/?q=100%", "/?q=100%25"}, {"/?q={x}^`&r=c:\\d", "/?q=%7Bx%7D%5E%60&r=c:%5Cd"}}) {
            assertThat(get(each[0])).startsWith("HTTP/1.1 200 ");
            assertThat(member.seen.getLast()).startsWith("GET " + each[fast ? 0 : 1] + " HTTP/1.1\r\n");
            String one = member.seen.getLast().lines().findFirst().orElseThrow();
            try (FrameClient streams = new FrameClient(gateway.port())) {
                assertThat(streams.whole(streams.get(each[0])).body()).isEqualTo("ok");
                assertThat(member.seen.getLast()).startsWith(one);
            }
        }
    }

    /** They see the character, however it was sent. */
    @Test
    void routesAndFiltersSeeTheSameOnBothLanes() throws IOException {
        for (String target : new String[]{"/stripped/x[1]?q=a|b", "/stripped/x%5B1%5D?q=a%7Cb"}) {
            assertThat(get(target)).startsWith("HTTP/1.1 200 ");
            assertThat(member.seen.getLast()).containsIgnoringCase("x-what: x[1]")
                    .startsWith("GET /x%5B1%5D?q=a");
        }
    }

    @Test
    void aRefusalNamesTheCharacter() throws IOException {
        try (AccessLines access = new AccessLines()) {
            assertThat(get("/a\\b?c")).startsWith("HTTP/1.1 400 ").contains("\"detail\":\"the path has the "
                    + "character 0x5C at position 2 of the target\"");
            assertThat(get("/100%")).startsWith("HTTP/1.1 400 ")
                    .contains("the path has the character 0x25 ('%') at position 4 of the target");
            await().untilAsserted(() -> assertThat(access.lines()).anyMatch(
                    line -> line.contains("detail=the path has the character 0x5C at position 2 ")));
        }
    }

    @Test
    void aRuleThatOnlyReportsServesAndCounts() throws IOException {
        try (LogLines log = new LogLines("headgate.strictness")) {
            double before = reported("delimiters");
            double ascii = reported("beyond-ascii");
            assertThat(get("/a<b>?c=\"d\"")).startsWith("HTTP/1.1 200 ");
            assertThat(member.seen.getLast()).startsWith(
                    "GET " + (fast ? "/a<b>?c=\"d\"" : "/a%3Cb%3E?c=%22d%22") + " HTTP/1.1\r\n");
            assertThat(get("/\u00c3\u00a4<?c=\u00c3\u00a4")).startsWith("HTTP/1.1 200 ");
            assertThat(member.seen.getLast()).startsWith("GET /%C3%A4%3C?c=%C3%A4 HTTP/1.1\r\n");
            assertThat(reported("delimiters") - before).isEqualTo(1);
            assertThat(reported("beyond-ascii") - ascii).isEqualTo(1);
            assertThat(reported("lone-percent")).isZero();
            assertThat(log.lines()).anyMatch(line -> line.contains("Rule delimiters is in report-only mode: "
                    + "a request of 127.0.0.1 is served although the path has the character 0x3C ('<') at position 2"));
        }
    }

    /** Report-only or not, nothing else of the table is served. */
    @Test
    void whatHasTwoMeaningsIsNotServed() throws IOException {
        for (String target : new String[]{"/<a>/../b", "/<\\..", "/<%00", "/<a#b", "/\u00e4/%2e%2e",
                "/<%zz"}) {
            assertThat(get(target)).as(target).startsWith("HTTP/1.1 400 ");
        }
    }
}
