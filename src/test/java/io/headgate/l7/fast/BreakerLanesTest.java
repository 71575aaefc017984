package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.l7.DebugHeader;
import io.headgate.l7.KeptBodies;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

/**
 * The CircuitBreaker filter on both lanes. The last part of a request's path says what the member does with
 * it: answer with a status, break the connection, or never answer.
 */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class BreakerLanesTest {

    private static final int KEPT = 10_000;
    private static final int TOO_LARGE = 400_000;
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private static ScriptedMember member;
    private static TestGateway gateway;

    private final boolean fast;

    BreakerLanesTest(boolean fast) {
        this.fast = fast;
    }

    /** The application's own fallback: tells what it got. */
    @Configuration(proxyBeanMethods = false)
    static class Fallbacks {

        @Bean
        Own own() {
            return new Own();
        }
    }

    /** It. */
    @RestController
    static class Own {

        @RequestMapping("/own/{what}")
        Map<String, Object> any(ServerWebExchange exchange, @RequestBody(required = false) String body) {
            Map<String, Object> told = new TreeMap<>();
            Throwable why = exchange
                    .getAttribute(ServerWebExchangeUtils.CIRCUITBREAKER_EXECUTION_EXCEPTION_ATTR);
            var request = exchange.getRequest();
            told.put("method", request.getMethod().name());
            told.put("path", request.getURI().getRawPath());
            told.put("query", String.valueOf(request.getURI().getRawQuery()));
            told.put("why", why == null ? "" : why.getClass().getSimpleName());
            told.put("length", body == null ? 0 : body.length());
            told.put("before", String.valueOf(request.getHeaders().getFirst("X-Before")));
            told.put("behind", String.valueOf(request.getHeaders().getFirst("X-Behind")));
            told.put("host", String.valueOf(request.getHeaders().getFirst("Host")));
            told.put("for", String.valueOf(request.getHeaders().get("X-Forwarded-For")));
            return told;
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        SEEN.clear();
        member = new ScriptedMember((wire, connection, seen) -> {
            for (;;) {
                String request = wire.message();
                if (request.isBlank()) {
                    return;
                }
                String target = request.split(" ", 3)[1];
                String path = target.split("\\?", 2)[0];
                SEEN.add(request);
                switch (path.substring(path.lastIndexOf('/') + 1)) {
                    case "reset" -> {
                        return;
                    }
                    case "silent" -> {
                        wire.rest();
                        return;
                    }
                    case "once" -> wire.send(SEEN.stream().filter(each -> each.contains("/once ")).count() > 1
                            ? "HTTP/1.1 503 Said\r\nContent-Length: 4\r\n\r\nbad!"
                            : "HTTP/1.1 200 OK\r\nCache-Control: max-age=0, stale-if-error=600\r\n"
                                    + "ETag: \"1\"\r\nContent-Length: 4\r\n\r\ngood");
                    case String status when status.matches("\\d+") -> wire.send("HTTP/1.1 " + status
                            + " Said\r\nX-Member: yes\r\nContent-Length: 4\r\n\r\nbad!");
                    default -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
            }
        });
        gateway = TestGateway.with(Fallbacks.class,
                """
                        headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.pools.gone: { members: [ "127.0.0.1:1" ], health: { check: none } }
                        resilience4j.circuitbreaker:
                          configs.default: { sliding-window-size: 100, minimum-number-of-calls: 100 }
                          instances.brittle: { sliding-window-size: 2, minimum-number-of-calls: 2, wait-duration-in-open-state: 1h }
                          instances.brittle2: { sliding-window-size: 2, minimum-number-of-calls: 2, wait-duration-in-open-state: 1h }
                          instances.picky: { sliding-window-size: 100, ignore-exceptions: org.springframework.web.server.ResponseStatusException }
                        resilience4j.timelimiter.instances.hasty.timeout-duration: 200ms
                        spring.cloud.gateway.server.webflux.routes:
                          - id: plain
                            uri: lb://p
                            predicates: [ "Path=/plain/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: plain, statusCodes: "500,503,NOT_FOUND" } } ]
                          - id: resume
                            uri: lb://p
                            predicates: [ "Path=/resume/**" ]
                            filters:
                              - "AddResponseHeader=X-Outer, yes"
                              - { name: CircuitBreaker, args: { name: resume, statusCodes: "503", resumeWithoutError: true } }
                              - "AddResponseHeader=X-Inner, yes"
                          - id: own
                            uri: lb://p
                            predicates: [ "Path=/o/{what}/**" ]
                            filters:
                              - "AddRequestHeader=X-Before, yes"
                              - { name: CircuitBreaker, args: { name: own, statusCodes: "503", fallbackUri: "forward:/own/{what}" } }
                              - "AddRequestHeader=X-Behind, yes"
                              - PreserveHostHeader
                          - id: gone
                            uri: lb://gone
                            predicates: [ "Path=/gone/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: gone, fallbackUri: "forward:/own/gone" } } ]
                          - id: route
                            uri: lb://p
                            predicates: [ "Path=/r/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: route, statusCodes: "503", fallbackUri: "forward:/other/x" } } ]
                          - { id: other, uri: "lb://p", predicates: [ "Path=/other/**" ], filters: [ "AddResponseHeader=X-Other, yes" ] }
                          - id: quiet
                            uri: lb://p
                            predicates: [ "Path=/quiet/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: quiet, statusCodes: "503", fallbackUri: "forward:/other/silent" } } ]
                          - id: loop
                            uri: lb://p
                            predicates: [ "Path=/loop/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: loop, statusCodes: "503", fallbackUri: "forward:/loop/503" } } ]
                          - id: hasty
                            uri: lb://p
                            predicates: [ "Path=/hasty/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: hasty } } ]
                          - id: brittle
                            uri: lb://p
                            predicates: [ "Path=/brittle/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: brittle, statusCodes: "503" } } ]
                          - id: brittle2
                            uri: lb://p
                            predicates: [ "Path=/brittle2/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: brittle2, statusCodes: "503", fallbackUri: "forward:/own/open" } } ]
                          - id: picky
                            uri: lb://p
                            predicates: [ "Path=/picky/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: picky, fallbackUri: "forward:/own/picky" } } ]
                          - id: spelled
                            uri: lb://p
                            predicates: [ "Path=/spelled/{*rest}" ]
                            filters: [ { name: CircuitBreaker, args: { name: spelled, fallbackUri: "forward:/own{rest}" } } ]
                          - id: limited
                            uri: lb://p
                            predicates: [ "Path=/limited/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: limited, fallbackUri: "forward:/own/limited" } }, "RateLimit=1/d" ]
                          - id: cached
                            uri: lb://p
                            predicates: [ "Path=/cached/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: cached, statusCodes: "503", fallbackUri: "forward:/own/cached" } }, Cache ]
                          - id: again
                            uri: lb://p
                            predicates: [ "Path=/again/**" ]
                            filters:
                              - { name: CircuitBreaker, args: { name: again, statusCodes: "503", fallbackUri: "forward:/own/again" } }
                              - Retry=2
                        """
                        .formatted(member.port()),
                "--headgate.fast-path.enabled=" + fast, "--headgate.fast-path.debug-header=true",
                "--server.http2.enabled=true");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
        member.close();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        Pool pool = gateway.bean(Pools.class).find("p").orElseThrow();
        await().until(() -> pool.members().stream().mapToLong(each -> each.inFlight()).sum() == 0);
        await().until(() -> gateway.bean(FastPath.class).underWay() == 0);
        await().until(() -> gateway.bean(KeptBodies.class).now() == 0);
    }

    private static CircuitBreaker breaker(String name) {
        return gateway.bean(CircuitBreakerRegistry.class).circuitBreaker(name);
    }

    private void assertLane(HttpResponse<?> answer) {
        assertThat(answer.headers().firstValue(DebugHeader.NAME).orElse(""))
                .startsWith(fast ? "lane=fast" : "lane=slow");
    }

    @ParameterizedTest
    @CsvSource({"x, 200, ''", "404, 404, member-error", "500, 500, member-error", "503, 503, member-error",
            "502, 502, ''", "reset, 502, upstream-reset"})
    void anAnswerThatIsAFailureIsToldAsOne(String does, int status, String reason) {
        long before = failed("plain");
        HttpResponse<String> answer = gateway.post("/plain/" + does, "");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertLane(answer);
        assertThat(answer.headers().firstValue("X-Member"))
                .as("the member's own answer").isEqualTo(does.matches("\\d+") && reason.isEmpty()
                        && status != 200
                                ? Optional.of("yes")
                                : Optional.empty());
        if (!reason.isEmpty()) {
            assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"", "\"status\":" + status);
        }
        assertThat(failed("plain") - before).isEqualTo(reason.isEmpty() ? 0 : 1);
    }

    private static long failed(String name) {
        return breaker(name).getMetrics().getNumberOfFailedCalls();
    }

    private static long successful(String name) {
        return breaker(name).getMetrics().getNumberOfSuccessfulCalls();
    }

    @Test
    void resumingPassesFailuresOver() {
        HttpResponse<String> answer = gateway.get("/resume/503");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("bad!");
        assertThat(answer.headers().map()).containsKeys("X-Member", "X-Outer", "X-Inner");
        HttpResponse<String> broken = gateway.post("/resume/reset", "");
        assertThat(broken.statusCode()).isEqualTo(200);
        assertThat(broken.body()).isEmpty();
        assertThat(broken.headers().map()).containsKey("X-Outer").doesNotContainKey("X-Inner");
        assertThat(failed("resume")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"503, CircuitBreakerStatusCodeException", "reset, Failure"})
    void theFallbackGetsTheRequestAsItCame(String does, String why) {
        for (int length : new int[]{0, KEPT}) {
            String body = "x".repeat(length);
            HttpResponse<String> answer = gateway.post("/o/it/" + does + "?a=1", body);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"method\":\"POST\"", "\"path\":\"/own/it\"",
                    "\"query\":\"a=1\"", "\"why\":\"" + why + "\"", "\"length\":" + length,
                    "\"before\":\"yes\"", "\"behind\":\"null\"",
                    "\"host\":\"127.0.0.1:" + gateway.port() + "\"", "\"for\":\"null\"");
        }
        assertThat(gateway.get("/o/it/503").body()).contains("\"method\":\"GET\"", "\"query\":\"null\"");
    }

    @Test
    void soDoesOneWhosePoolIsGone() {
        assertThat(gateway.post("/gone/x", "x".repeat(KEPT)).body()).contains("\"path\":\"/own/gone\"",
                "\"length\":" + KEPT);
    }

    @Test
    void aFallbackMayBeARouteAndTheConnectionServesOn() throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /r/503 HTTP/1.1\r\nHost: h\r\n\r\nPOST /o/it/503 HTTP/1.1\r\nHost: h\r\n"
                        + "Content-Length: 3\r\n\r\nabcGET /other/x HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("X-Other: yes")
                        .containsIgnoringCase(fast ? "lane=fast" : "lane=slow").endsWith("ok");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ").contains("\"length\":3");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            }
            client.send("GET /o/it/503 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 ").contains("\"path\":\"/own/it\"");
        }
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /o/it/503 HTTP/1.0\r\nHost: h\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.").contains("\"path\":\"/own/it\"");
        }
    }

    @Test
    void theSameByHttp2() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            for (String path : List.of("/r/503", "/o/it/503", "/o/it/reset")) {
                FrameAnswer got = client.whole(client.get(path));
                assertThat(got.status()).as(path).isEqualTo(200);
                int stream = client.post(path, "content-length", "5");
                client.data(stream, "ab", false);
                client.data(stream, "cde", true);
                FrameAnswer posted = client.whole(stream);
                assertThat(posted.status()).as(path).isEqualTo(200);
                if (path.startsWith("/o")) {
                    assertThat(got.body()).contains("\"method\":\"GET\"", "\"length\":0");
                    assertThat(posted.body()).contains("\"method\":\"POST\"", "\"length\":5");
                }
            }
        }
    }

    /** The memory for kept bodies is shared by all, and what a fallback holds is a part of it. */
    @Test
    void aBodyCountsUntilItsFallbackIsOver() throws IOException {
        KeptBodies bodies = gateway.bean(KeptBodies.class);
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST /quiet/503 HTTP/1.1\r\nHost: h\r\nContent-Length: " + KEPT + "\r\n\r\n"
                    + "x".repeat(KEPT));
            await().until(() -> SEEN.stream().anyMatch(each -> each.startsWith("POST /other/silent ")));
            assertThat(bodies.now()).isGreaterThanOrEqualTo(KEPT);
        }
        await().until(() -> bodies.now() == 0);
        SEEN.clear();
        try (FrameClient client = new FrameClient(gateway.port())) {
            client.data(client.post("/quiet/503", "content-length", "5"), "abcde", true);
            await().until(() -> SEEN.stream().anyMatch(each -> each.startsWith("POST /other/silent ")));
            assertThat(bodies.now()).isGreaterThanOrEqualTo(5);
        }
    }

    /** Part of it is gone. */
    @Test
    void aBodyThatIsNotKeptHasNoFallback() {
        HttpResponse<String> answer = gateway.post("/r/503", "x".repeat(TOO_LARGE));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"reason\":\"member-error\"");
    }

    /** But while the breaker is open nothing of it has been sent, and it may have any size. */
    @Test
    void anOpenBreakerRefusesOrLeadsToTheFallback() {
        for (int i = 0; i < 2; i++) {
            assertThat(gateway.get("/brittle/503").statusCode()).isEqualTo(503);
            assertThat(gateway.get("/brittle2/503").statusCode()).isEqualTo(200);
        }
        SEEN.clear();
        HttpResponse<String> refused = gateway.get("/brittle/200");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"reason\":\"circuit-open\"");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertLane(refused);
        assertThat(gateway.post("/brittle2/200", "x".repeat(TOO_LARGE / 2)).body())
                .contains("\"why\":\"CallNotPermittedException\"", "\"length\":" + TOO_LARGE / 2);
        assertThat(SEEN).isEmpty();
        assertThat(gateway.manage("/actuator/circuitbreakers").body())
                .contains("\"brittle\"", "\"state\":\"OPEN\"");
        assertThat(gateway.manage("/actuator/circuitbreakerevents").body()).contains("NOT_PERMITTED",
                "brittle2");
        breaker("brittle").transitionToClosedState();
        assertThat(gateway.get("/brittle/200").statusCode()).isEqualTo(200);
    }

    @Test
    void theTimeLimiterIsTheBreakers() {
        HttpResponse<String> answer = gateway.get("/hasty/silent");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("\"reason\":\"response-timeout\"");
        assertThat(failed("hasty")).isEqualTo(1);
        assertThat(gateway.get("/hasty/200").statusCode()).isEqualTo(200);
        assertThat(successful("hasty")).isEqualTo(1);
    }

    @Test
    void whatIsIgnoredDoesNotCount() {
        assertThat(gateway.post("/picky/reset", "").body()).contains("\"path\":\"/own/picky\"");
        assertThat(failed("picky")).isZero();
    }

    @Test
    void aCircleOfFallbacksEnds() {
        HttpResponse<String> answer = gateway.get("/loop/503");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("\"reason\":\"internal-error\"");
    }

    @Test
    void whatIsRepeatedInsideIsOneResult() {
        SEEN.clear();
        assertThat(gateway.get("/again/503").body()).contains("\"path\":\"/own/again\"");
        assertThat(SEEN).hasSize(3);
        assertThat(failed("again")).isEqualTo(1);
        assertThat(gateway.get("/again/x").body()).isEqualTo("ok");
        assertThat(successful("again")).isEqualTo(1);
    }

    /** Neither success nor failure: the breaker gets its permission back. */
    @Test
    void aClientThatLeavesSaysNothing() throws IOException {
        CircuitBreaker breaker = breaker("plain");
        int before = breaker.getMetrics().getNumberOfBufferedCalls();
        for (int i = 0; i < 20; i++) {
            SEEN.clear();
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET /plain/silent HTTP/1.1\r\nHost: h\r\n\r\n");
                await().until(() -> !SEEN.isEmpty());
            }
        }
        nothingIsLeftBehind();
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(before);
    }

    /** Nobody would give it back, and the breaker would be half open for ever. */
    @Test
    void aRequestWhoseFallbackHasNoPathTakesNoPermission() {
        CircuitBreaker breaker = breaker("spelled");
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        for (int i = 0; i < 20; i++) {
            int status = gateway.get("/spelled/a%2Fb").statusCode();
            assertThat(status).isEqualTo(fast ? 400 : 200);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.get("/spelled/x").body()).isEqualTo("ok");
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aClientOverItsRateSaysNothing() {
        assertThat(gateway.get("/limited/x").statusCode()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> refused = gateway.get("/limited/x");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("\"reason\":\"too-many-requests\"");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
        assertThat(failed("limited")).isZero();
    }

    @Test
    void aStoredAnswerInsteadOfAFailureIsNone() {
        SEEN.clear();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get("/cached/once").body()).isEqualTo("good");
        }
        assertThat(SEEN).hasSizeGreaterThan(1);
        assertThat(failed("cached")).isZero();
        assertThat(gateway.get("/cached/503").body()).contains("\"path\":\"/own/cached\"");
        assertThat(failed("cached")).isEqualTo(1);
    }

    @Test
    void everyMethodMayFallBack() {
        HttpResponse<String> answer = gateway.send(
                HttpRequest.newBuilder().method("PATCH", BodyPublishers.ofString("abc")), "/o/it/503");
        assertThat(answer.body()).contains("\"method\":\"PATCH\"", "\"length\":3");
    }
}
