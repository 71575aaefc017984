package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.DebugHeader;
import io.headgate.l7.KeptBodies;
import io.headgate.pool.Pools;
import io.headgate.testing.FrameClient;
import io.headgate.testing.PlainLimiter;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** The Mirror filter on both lanes. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class MirrorLanesTest {

    private static final List<String> ORIGINALS = new CopyOnWriteArrayList<>();
    private static final List<String> COPIES = new CopyOnWriteArrayList<>();

    private static ScriptedMember original;
    private static ScriptedMember shadow;
    private static ScriptedMember silent;
    private static TestGateway gateway;

    private final boolean fast;

    MirrorLanesTest(boolean fast) {
        this.fast = fast;
    }

    /** Those of a filter that decides later. */
    @Configuration(proxyBeanMethods = false)
    static class Limits {

        @Bean
        KeyResolver slowly() {
            return exchange -> Mono.delay(Duration.ofMillis(20)).thenReturn("all");
        }

        @Bean
        RateLimiter<Object> never() {
            return new PlainLimiter() {

                @Override
                public Mono<Response> isAllowed(String route, String key) {
                    return Mono.just(new Response(true, Map.of()));
                }
            };
        }
    }

    private static ScriptedMember noting(List<String> seen, String answer) {
        return new ScriptedMember((wire, connection, ignored) -> {
            for (;;) {
                String request = wire.message();
                if (request.isBlank()) {
                    return;
                }
                seen.add(request);
                wire.send(answer);
            }
        });
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        original = noting(ORIGINALS, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        shadow = noting(COPIES,
                "HTTP/1.1 500 Broken\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
        silent = new ScriptedMember((wire, connection, seen) -> wire.rest());
        gateway = TestGateway.with(Limits.class,
                """
                        headgate.pools:
                          p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          shadow: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          silent: { members: [ "127.0.0.1:%d" ], health: { check: none }, timeouts: { response: 2s } }
                          gone: { members: [ "127.0.0.1:1" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - id: all
                            uri: lb://p
                            predicates: [ "Path=/all/**" ]
                            filters: [ Mirror=shadow, StripPrefix=1, "AddRequestHeader=X-Behind, yes", RemoveRequestHeader=X-Secret ]
                          - { id: host, uri: "lb://p", predicates: [ "Path=/host" ], filters: [ Mirror=shadow, PreserveHostHeader ] }
                          - { id: half, uri: "lb://p", predicates: [ "Path=/half" ], filters: [ "Mirror=shadow,50" ] }
                          - { id: again, uri: "lb://p", predicates: [ "Path=/again" ], filters: [ Mirror=shadow, Retry=2 ] }
                          - id: silent
                            uri: lb://p
                            predicates: [ "Path=/silent" ]
                            filters: [ { name: Mirror, args: { pool: silent, atOnce: 3 } } ]
                          - { id: gone, uri: "lb://p", predicates: [ "Path=/gone" ], filters: [ Mirror=gone ] }
                          - { id: later, uri: "lb://p", predicates: [ "Path=/later" ], filters: [ RequestRateLimiter, Mirror=shadow ] }
                          - { id: nameless, uri: "lb://p", predicates: [ "Path=/nameless" ], filters: [ Mirror=shadow, RemoveRequestHeader=Host ] }
                          - id: collected
                            uri: lb://p
                            predicates: [ "Path=/collected" ]
                            filters: [ Mirror=shadow, { name: CacheRequestBody, args: { bodyClass: java.lang.String } } ]
                        """
                        .formatted(original.port(), shadow.port(), silent.port()),
                "--headgate.fast-path.enabled=" + fast, "--headgate.fast-path.debug-header=true",
                "--server.http2.enabled=true");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
        original.close();
        shadow.close();
        silent.close();
    }

    @BeforeEach
    void forget() {
        ORIGINALS.clear();
        COPIES.clear();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.bean(Pools.class).all().stream()
                .flatMap(pool -> pool.members().stream()).mapToLong(each -> each.inFlight()).sum() == 0);
        await().until(() -> gateway.bean(KeptBodies.class).now() == 0);
    }

    private static double count(String pool, String outcome) {
        return gateway.bean(MeterRegistry.class).get("headgate.mirror.requests").tag("pool", pool)
                .tag("outcome", outcome).functionCounter().count();
    }

    private static void awaitCopies(int count) {
        await().until(() -> COPIES.size() >= count);
        assertThat(COPIES).hasSize(count);
    }

    @Test
    void theCopyIsTheRequestAsItGoesToTheMember() {
        double before = count("shadow", "answered");
        String body = "x".repeat(20_000);
        HttpResponse<String> answer = gateway.post("/all/x?a=1", body, "X-Secret", "s", "X-Kept", "k");
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.headers().firstValue(DebugHeader.NAME).orElse(""))
                .startsWith(fast ? "lane=fast; route=all; member=p/" : "lane=slow; route=all; member=p/");
        awaitCopies(1);
        assertThat(COPIES.getFirst()).startsWith("POST /x?a=1 HTTP/1.1\r\n").endsWith("\r\n\r\n" + body)
                .containsIgnoringCase("\r\nX-Headgate-Mirror: all\r\n").containsIgnoringCase("X-Behind: yes")
                .containsIgnoringCase("X-Kept: k").doesNotContainIgnoringCase("X-Secret")
                .containsIgnoringCase("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .containsIgnoringCase("\r\nHost: 127.0.0.1:" + shadow.port() + "\r\n");
        assertThat(ORIGINALS).hasSize(1);
        assertThat(ORIGINALS.getFirst()).doesNotContainIgnoringCase("X-Headgate-Mirror")
                .endsWith("\r\n\r\n" + body);
        await().until(() -> count("shadow", "answered") == before + 1);
        assertThat(gateway.get("/host").statusCode()).isEqualTo(200);
        awaitCopies(2);
        assertThat(COPIES.get(1)).startsWith("GET /host HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nHost: 127.0.0.1:" + gateway.port() + "\r\n");
    }

    @Test
    void aCopyIsNotCopiedAgainNorIsARepeat() {
        assertThat(gateway.get("/all/x", "X-Headgate-Mirror", "other").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/again").statusCode()).isEqualTo(200);
        awaitCopies(1);
        assertThat(COPIES.getFirst()).startsWith("GET /again ");
    }

    @Test
    void aShareIsCopied() {
        for (int i = 0; i < 200; i++) {
            assertThat(gateway.get("/half").statusCode()).isEqualTo(200);
        }
        await().until(() -> COPIES.size() >= 40);
        assertThat(COPIES.size()).isBetween(40, 160);
    }

    @Test
    void whatIsTooLargeOrOfUnknownLengthIsNotCopied() throws IOException {
        double before = count("shadow", "skipped");
        assertThat(gateway.post("/all/x", "x".repeat(70_000)).statusCode()).isEqualTo(200);
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST /all/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(count("shadow", "skipped")).isEqualTo(before + 2);
        assertThat(COPIES).isEmpty();
    }

    /** Nor is one that is down. No more copies than may be are under way. */
    @Test
    void aPoolThatNeverAnswersHoldsUpNothing() {
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.post("/silent", "x".repeat(10_000)).body()).isEqualTo("ok");
            assertThat(gateway.get("/gone").body()).isEqualTo("ok");
        }
        assertThat(count("silent", "dropped")).isGreaterThanOrEqualTo(10);
        await().until(() -> count("gone", "failed") == 20);
        await().atMost(Duration.ofSeconds(30)).until(() -> count("silent", "failed") >= 3);
        assertThat(count("silent", "failed") + count("silent", "dropped")).isEqualTo(20);
    }

    /** Its copy goes out at once on a connection that there is, and no read of the client's is under way. */
    @Test
    void theCopyOfARequestThatAFilterHasHeldUpIsSent() throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            for (int i = 1; i <= 4; i++) {
                double before = count("shadow", "answered");
                client.send(i % 2 == 0
                        ? "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
                        : "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ");
                await().until(() -> count("shadow", "answered") == before + 1);
                awaitCopies(i);
            }
        }
    }

    @Test
    void aRequestWithoutHostIsNotCopied() throws IOException {
        double before = count("shadow", "skipped");
        assertThat(gateway.get("/nameless").statusCode()).isEqualTo(200);
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /all/x HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).contains(" 200 ");
        }
        assertThat(count("shadow", "skipped")).isEqualTo(before + 2);
        assertThat(COPIES).isEmpty();
    }

    @Test
    void aBodyThatAFilterHasCollectedIsCopied() {
        String body = "x".repeat(20_000);
        for (int i = 1; i <= 10; i++) {
            assertThat(gateway.post("/collected", body, "Content-Type", "text/plain").body()).isEqualTo("ok");
            awaitCopies(i);
        }
        assertThat(COPIES).allMatch(copy -> copy.endsWith("\r\n\r\n" + body));
    }

    @Test
    void aBodyThatComesInSmallPartsIsCopied() throws IOException {
        String body = "abcdefg".repeat(3000);
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST /all/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n");
            for (int i = 0; i < body.length(); i += 70) {
                client.send(body.substring(i, i + 70));
            }
            assertThat(client.message()).startsWith("HTTP/1.1 200 ");
        }
        awaitCopies(1);
        assertThat(COPIES.getFirst()).endsWith("\r\n\r\n" + body);
    }

    @Test
    void theCopyOfARequestThatBreaksOffBreaksOff() throws IOException {
        double before = count("shadow", "failed");
        for (int i = 0; i < 10; i++) {
            try (Wire client = new Wire(gateway.port())) {
                client.send("POST /all/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc");
                double made = before + i;
                await().until(() -> gateway.bean(MeterRegistry.class).get("headgate.mirror.in.flight")
                        .tag("pool", "shadow").gauge().value() > 0);
                client.reset();
                await().until(() -> count("shadow", "failed") > made);
            }
        }
        assertThat(COPIES).noneMatch(copy -> copy.length() > 1000);
    }

    @Test
    void theSameByHttp2() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int stream = client.post("/all/x", "content-length", "5");
            client.data(stream, "ab", false);
            client.data(stream, "cde", true);
            assertThat(client.whole(stream).status()).isEqualTo(200);
            assertThat(client.whole(client.get("/all/y")).status()).isEqualTo(200);
        }
        await().until(() -> COPIES.size() == 2);
        assertThat(COPIES)
                .anySatisfy(copy -> assertThat(copy).startsWith("POST /x ").endsWith("\r\n\r\nabcde"))
                .anySatisfy(copy -> assertThat(copy).startsWith("GET /y ").endsWith("\r\n\r\n"));
    }
}
