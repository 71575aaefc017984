package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.DebugHeader;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.PlainLimiter;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpCookie;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The RateLimit filter on both lanes. All rates are those of a day, so that time plays no part. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings("NullAway.Init")
class RateLimitLanesTest {

    private static RawServer member;
    private static RawServer held;
    private static RawServer flaky;
    private static Semaphore gate;
    private static TestGateway gateway;

    private final boolean fast;

    RateLimitLanesTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        member = new RawServer(RawServer.answering("ok"));
        Semaphore opened = new Semaphore(0);
        gate = opened;
        held = new RawServer(socket -> {
            while (RawServer.readHead(socket)) {
                opened.acquireUninterruptibly();
                opened.release(); // once it is open, it is for all
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        AtomicInteger asked = new AtomicInteger();
        flaky = new RawServer(socket -> {
            while (RawServer.readHead(socket)) {
                RawServer.write(socket, "HTTP/1.1 " + (asked.getAndIncrement() % 2 == 0 ? 503 : 200)
                        + " So\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        gateway = TestGateway.with(Beans.class,
                """
                        headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.pools.held: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.pools.flaky: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.faults.enabled: true
                        spring.cloud.gateway.server.webflux.routes:
                          - id: once
                            uri: lb://held
                            predicates: [ "Path=/once" ]
                            filters: [ { name: ConcurrencyLimit, args: { most: 2, key: "header:X-Api-Key" } } ]
                          - { id: same, uri: "lb://p", predicates: [ "Path=/same" ], filters: [ ConcurrencyLimit=1, ConcurrencyLimit=1 ] }
                          - id: again
                            uri: lb://flaky
                            predicates: [ "Path=/again" ]
                            filters: [ { name: Retry, args: { retries: 1, statuses: SERVICE_UNAVAILABLE } }, ConcurrencyLimit=1 ]
                          - id: shade
                            uri: lb://p
                            predicates: [ "Path=/shade" ]
                            filters: [ { name: ConcurrencyLimit, args: { most: 1, shadow: true } } ]
                          - { id: broken, uri: "lb://p", predicates: [ "Path=/broken" ], filters: [ "Fault=100,503" ] }
                          - { id: some, uri: "lb://p", predicates: [ "Path=/some" ], filters: [ "Fault=50,503" ] }
                          - id: drill
                            uri: lb://p
                            predicates: [ "Path=/drill" ]
                            filters: [ { name: Fault, args: { delay: 300ms, status: 418, header: "X-Drill: yes" } } ]
                          - { id: slow, uri: "lb://p", predicates: [ "Path=/slow" ], filters: [ { name: Fault, args: { delay: 300ms } } ] }
                          - { id: plain, uri: "lb://p", predicates: [ "Path=/plain" ], filters: [ "RateLimit=2/d" ] }
                          - id: key
                            uri: lb://p
                            predicates: [ "Path=/key" ]
                            filters: [ { name: RateLimit, args: { rate: 1/d, burst: 3, key: "header:X-Api-Key" } } ]
                          - id: cost
                            uri: lb://p
                            predicates: [ "Path=/cost" ]
                            filters: [ { name: RateLimit, args: { rate: 10/d, cost: 4 } } ]
                          - id: shadow
                            uri: lb://p
                            predicates: [ "Path=/shadow" ]
                            filters: [ { name: RateLimit, args: { rate: 1/d, shadow: true } } ]
                          - id: one
                            uri: lb://p
                            predicates: [ "Path=/one" ]
                            filters: [ { name: RateLimit, args: { rate: 2/d, name: both } } ]
                          - id: other
                            uri: lb://p
                            predicates: [ "Path=/other" ]
                            filters: [ { name: RateLimit, args: { rate: 2/d, name: both } } ]
                          - id: several
                            uri: lb://p
                            predicates: [ "Path=/several" ]
                            filters: [ "RateLimit=100/d", "RateLimit=1/d,1,cookie:user" ]
                          - id: keyed
                            uri: lb://p
                            predicates: [ "Path=/keyed/{tenant}" ]
                            filters: [ SecureHeaders, { name: RequestRateLimiter, args: { rate-limiter: "#{@twice}", key-resolver: "#{@tenants}" } } ]
                          - id: keyless
                            uri: lb://p
                            predicates: [ "Path=/keyless/{tenant}" ]
                            filters: [ { name: RequestRateLimiter, args: { denyEmptyKey: false, statusCode: BANDWIDTH_LIMIT_EXCEEDED } } ]
                        """
                        .formatted(member.port(), held.port(), flaky.port()),
                "--headgate.fast-path.enabled=" + fast,
                "--headgate.fast-path.debug-header=true");
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gate.release();
        gateway.close();
        member.close();
        held.close();
        flaky.close();
    }

    /** The application's own, for Spring Cloud Gateway's filter. */
    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        KeyResolver tenants() {
            return exchange -> {
                var request = exchange.getRequest();
                String tenant = ServerWebExchangeUtils.getUriTemplateVariables(exchange).get("tenant");
                Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
                HttpCookie cookie = request.getCookies().getFirst("user");
                String key = String.join(" ", tenant, route.getId(), request.getMethod().name(),
                        request.getURI().getPath(), String.valueOf(request.getQueryParams().getFirst("q")),
                        cookie == null ? "" : cookie.getValue(),
                        String.valueOf(request.getHeaders().getFirst("x-key")),
                        String.valueOf(request.getRemoteAddress() != null));
                return switch (String.valueOf(tenant)) {
                    case "nobody" -> Mono.empty();
                    case "broken" -> Mono.error(new IllegalStateException("on purpose"));
                    case "session" -> exchange.getSession().map(session -> "x");
                    default -> Mono.just(key);
                };
            };
        }

        @Bean
        Twice twice() {
            return new Twice();
        }
    }

    /** Lets two of each key pass, and takes its time for some of them. */
    static final class Twice implements PlainLimiter {

        final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

        @Override
        public Mono<Response> isAllowed(String route, String key) {
            boolean allowed = asked.computeIfAbsent(route + ": " + key, any -> new AtomicInteger())
                    .incrementAndGet() <= 2;
            Mono<Response> response = Mono
                    .just(new Response(allowed, Map.of("X-RateLimit-Remaining", allowed ? "1" : "0")));
            return key.startsWith("later") ? response.publishOn(Schedulers.parallel()) : response;
        }
    }

    private static List<Integer> statuses(int times, String path, String... headers) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.add(gateway.get(path, headers).statusCode());
        }
        return all;
    }

    @Test
    void whatIsTooMuchIsRefusedWithTheReasonAndTheClientKnowsInTime() {
        HttpResponse<String> first = gateway.get("/plain");
        assertThat(first.body()).isEqualTo("ok");
        assertThat(first.headers().firstValue(DebugHeader.NAME).orElse(""))
                .startsWith(fast ? "lane=fast" : "lane=slow");
        assertThat(first.headers().firstValue("RateLimit-Limit")).hasValue("2");
        assertThat(first.headers().firstValue("RateLimit-Remaining")).hasValue("1");
        assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("2;w=86400;burst=2");
        assertThat(gateway.get("/plain").headers().firstValue("RateLimit-Remaining")).hasValue("0");
        HttpResponse<String> refused = gateway.get("/plain");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"reason\":\"too-many-requests\"");
        assertThat(refused.headers().firstValue("RateLimit-Remaining")).hasValue("0");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(40_000L, 43_200L);
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_rate_limit_requests_total{limit=\"plain\",outcome=\"allowed\"} 2.0",
                        "headgate_rate_limit_requests_total{limit=\"plain\",outcome=\"refused\"} 1.0");
    }

    @Test
    void eachKeyHasItsOwn() {
        assertThat(statuses(4, "/key", "X-Api-Key", "a")).containsExactly(200, 200, 200, 429);
        assertThat(statuses(4, "/key", "X-Api-Key", "b")).containsExactly(200, 200, 200, 429);
        assertThat(statuses(4, "/key")).as("its address").containsExactly(200, 200, 200, 429);
    }

    @Test
    void costsShadowsAndSharedLimits() {
        assertThat(statuses(3, "/cost")).containsExactly(200, 200, 429);
        assertThat(statuses(3, "/shadow")).containsExactly(200, 200, 200);
        assertThat(gateway.get("/shadow").headers().firstValue("RateLimit-Limit")).isEmpty();
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_rate_limit_requests_total{limit=\"shadow\",outcome=\"shadowed\"} 3.0");
        assertThat(statuses(1, "/one")).containsExactly(200);
        assertThat(statuses(2, "/other")).containsExactly(200, 429);
        assertThat(statuses(1, "/one")).containsExactly(429);
        assertThat(statuses(2, "/several", "Cookie", "user=x")).containsExactly(200, 429);
        assertThat(statuses(1, "/several", "Cookie", "user=y")).containsExactly(200);
    }

    @Test
    void springsOwnAsksTheBeansOfTheApplication() {
        for (String tenant : List.of("at-once", "later")) {
            HttpResponse<String> first = gateway.get("/keyed/" + tenant + "?q=1", "X-Key", "k", "Cookie",
                    "user=u");
            assertThat(first.headers().firstValue(DebugHeader.NAME).orElse(""))
                    .startsWith(fast ? "lane=fast" : "lane=slow");
            assertThat(first.headers().firstValue("X-RateLimit-Remaining")).hasValue("1");
            assertThat(statuses(3, "/keyed/" + tenant + "?q=1", "X-Key", "k", "Cookie", "user=u"))
                    .containsExactly(200, 429, 429);
            assertThat(gateway.bean(Twice.class).asked).containsKey("keyed: " + tenant + " keyed GET /keyed/"
                    + tenant + " 1 u k true");
        }
        HttpResponse<String> refused = gateway.get("/keyed/at-once?q=1", "X-Key", "k", "Cookie", "user=u");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).isEmpty();
        assertThat(refused.headers().firstValue("X-RateLimit-Remaining")).hasValue("0");
        assertThat(refused.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(statuses(1, "/keyed/nobody")).containsExactly(403);
        assertThat(statuses(3, "/keyless/nobody")).containsExactly(200, 200, 200);
        assertThat(statuses(3, "/keyless/x")).containsExactly(200, 200, 509);
        assertThat(statuses(1, "/keyed/broken")).containsExactly(500);
        assertThat(statuses(1, "/keyed/session").getFirst()).as("a session only the slow lane has")
                .isEqualTo(fast ? 500 : 200);
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
    void soManyOfAKeyAreUnderWayAtOnce() throws IOException {
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            clients.add(
                    new Wire(gateway.port()).send("GET /once HTTP/1.1\r\nHost: h\r\nX-Api-Key: a\r\n\r\n"));
        }
        Pool pool = gateway.bean(Pools.class).find("held").orElseThrow();
        await().until(() -> pool.members().stream().mapToLong(each -> each.inFlight()).sum() == 2);
        HttpResponse<String> refused = gateway.get("/once", "X-Api-Key", "a");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"reason\":\"too-many-at-once\"");
        assertThat(refused.headers().firstValue(DebugHeader.NAME).orElse(""))
                .startsWith(fast ? "lane=fast" : "lane=slow");
        clients.getFirst().reset(); // gives its place back
        await().until(() -> pool.members().stream().mapToLong(each -> each.inFlight()).sum() == 1);
        clients.add(new Wire(gateway.port()).send("GET /once HTTP/1.1\r\nHost: h\r\nX-Api-Key: a\r\n\r\n"));
        await().until(() -> pool.members().stream().mapToLong(each -> each.inFlight()).sum() == 2);
        assertThat(statuses(1, "/once", "X-Api-Key", "a")).containsExactly(429);
        gate.release();
        for (Wire client : clients.subList(1, 3)) {
            assertThat(client.message()).endsWith("ok");
            client.close();
        }
        await().until(() -> gateway.get("/once", "X-Api-Key", "a").statusCode() == 200);
        assertThat(statuses(1, "/once", "X-Api-Key", "b")).containsExactly(200);
        assertThat(statuses(3, "/shade")).containsExactly(200, 200, 200);
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_concurrency_limit_requests_total{limit=\"once\",outcome=\"refused\"}");
    }

    /** Such as a default filter and one of the route. */
    @Test
    void aRequestHasOnePlaceInALimitThatItMeetsTwice() {
        assertThat(statuses(3, "/same")).containsExactly(200, 200, 200);
        assertThat(gateway.manage("/actuator/prometheus").body()).contains(
                "headgate_concurrency_limit_requests_total{limit=\"same\",outcome=\"allowed\"} 3.0");
    }

    @Test
    void aRequestThatIsTriedAgainKeepsItsPlace() {
        assertThat(statuses(3, "/again")).containsExactly(200, 200, 200);
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains(
                        "headgate_concurrency_limit_requests_total{limit=\"again\",outcome=\"allowed\"} 3.0");
    }

    @Test
    void faultsOnPurpose() {
        HttpResponse<String> broken = gateway.get("/broken");
        assertThat(broken.statusCode()).isEqualTo(503);
        assertThat(broken.headers().firstValue(DebugHeader.NAME).orElse(""))
                .startsWith(fast ? "lane=fast" : "lane=slow");
        assertThat(statuses(100, "/some")).contains(200, 503);
        long began = Ticker.systemTicker().nanoTime();
        assertThat(statuses(1, "/drill", "X-Drill", "no")).containsExactly(200);
        assertThat(statuses(1, "/drill", "X-Drill", "yes")).containsExactly(418);
        assertThat(statuses(1, "/slow")).containsExactly(200);
        assertThat(Ticker.systemTicker().nanoTime() - began).isGreaterThan(600_000_000);
        assertThat(gateway.manage("/actuator/prometheus").body()).contains("reason=\"fault-injected\"");
    }

    @Test
    void aReloadForgetsNothing() {
        assertThat(statuses(4, "/key", "X-Api-Key", "kept")).containsExactly(200, 200, 200, 429);
        assertThat(gateway.command("/actuator/reload", "").statusCode()).isEqualTo(200);
        assertThat(statuses(1, "/key", "X-Api-Key", "kept")).containsExactly(429);
    }
}
