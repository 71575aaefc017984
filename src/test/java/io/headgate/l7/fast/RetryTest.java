package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.DebugHeader;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Retry filter on both lanes. A request's path says what the members do with it, one after the other,
 * whichever they are: answer with a status, or break the connection ("reset"), or never answer ("silent").
 * The last holds for all that come.
 */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class RetryTest {

    private static final int SMALL = 10_000;
    private static final int LARGE = 400_000;

    /** What the members saw of a path: each with its name, the length of the body, and the target. */
    private static final Map<String, List<String>> SEEN = new ConcurrentHashMap<>();

    private static List<ScriptedMember> members;
    private static TestGateway gateway;

    private final boolean fast;

    RetryTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        members = List.of(member("a"), member("b"), member("c"));
        String all = "\"127.0.0.1:%d\", \"127.0.0.1:%d\", \"127.0.0.1:%d\"".formatted(
                members.get(0).port(), members.get(1).port(), members.get(2).port());
        String one = "\"127.0.0.1:%d\"".formatted(members.get(0).port());
        gateway = TestGateway.start(
                """
                        headgate.pools:
                          all: { members: [ %1$s ], health: { check: none }, timeouts: { response: 1s } }
                          calm: { members: [ %1$s ], health: { check: none } }
                          one: { members: [ %2$s ], health: { check: none } }
                          gone: { members: [ "127.0.0.1:1" ], health: { check: none } }
                          none: { members: [ %1$s ], health: { check: none }, retry-budget: { percent: 0, min: 0 } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: get, uri: "lb://all", predicates: [ "Path=/get/**" ], filters: [ Retry=3 ] }
                          - { id: calm, uri: "lb://calm", predicates: [ "Path=/calm/**" ], filters: [ Retry=3 ] }
                          - id: post
                            uri: lb://all
                            predicates: [ "Path=/post/**" ]
                            filters: [ { name: Retry, args: { retries: 2, methods: "POST,GET", statuses: NOT_FOUND } } ]
                          - id: failures
                            uri: lb://all
                            predicates: [ "Path=/failures/**" ]
                            filters: [ { name: Retry, args: { retries: 2, series: "" } } ]
                          - id: answers
                            uri: lb://all
                            predicates: [ "Path=/answers/**" ]
                            filters: [ { name: Retry, args: { retries: 2, exceptions: "" } } ]
                          - id: names
                            uri: lb://all
                            predicates: [ "Path=/names/**" ]
                            filters: [ { name: Retry, args: { retries: 2, retryOn: [ gateway-error, reset-before-answer, "429" ] } } ]
                          - { id: one, uri: "lb://one", predicates: [ "Path=/one/**" ], filters: [ Retry=2 ] }
                          - id: fixed
                            uri: http://127.0.0.1:%3$d
                            predicates: [ "Path=/fixed/**" ]
                            filters: [ Retry=2 ]
                          - { id: none, uri: "lb://none", predicates: [ "Path=/none/**" ], filters: [ Retry=2 ] }
                          - id: gone
                            uri: lb://gone
                            predicates: [ "Path=/gone/**" ]
                            filters: [ { name: Retry, args: { retries: 2, backoff: { firstBackoff: 1ms } } } ]
                          - id: waits
                            uri: lb://all
                            predicates: [ "Path=/waits/**" ]
                            filters:
                              - name: Retry
                                args: { retries: 2, backoff: { firstBackoff: 50ms, factor: 2 }, jitter: { randomFactor: 0.5 } }
                          - id: brief
                            uri: lb://all
                            predicates: [ "Path=/brief/**" ]
                            filters: [ { name: Retry, args: { retries: 9, timeout: 100ms, backoff: { firstBackoff: 60ms } } } ]
                          - id: around
                            uri: lb://all
                            predicates: [ "Path=/around/**" ]
                            filters:
                              - AddRequestHeader=X-Before, 1
                              - AddResponseHeader=X-Outer, 1
                              - Retry=3
                              - AddRequestHeader=X-Behind, 1
                              - PrefixPath=/p
                              - AddResponseHeader=X-Inner, 1
                        """
                        .formatted(all, one, members.get(0).port()),
                "--headgate.fast-path.enabled=" + fast,
                "--headgate.fast-path.debug-header=true");
    }

    private static ScriptedMember member(String name) {
        return new ScriptedMember((wire, connection, unreadable) -> {
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                if (!serve(name, wire, head)) {
                    return;
                }
            }
        });
    }

    private static boolean serve(String name, Wire wire, String head) throws IOException {
        String body = wire.body(head);
        String target = head.split(" ", 3)[1];
        String path = target.replaceFirst("^/p/", "/");
        List<String> before = SEEN.computeIfAbsent(path, any -> new CopyOnWriteArrayList<>());
        before.add(name + " " + body.length() + " " + target + " "
                + head.lines().filter(line -> line.startsWith("X-Be")).toList());
        String[] script = path.split("/", 4)[2].split(",", -1);
        String what = script[Math.min(before.size(), script.length) - 1];
        if (what.equals("reset")) {
            return false;
        }
        if (what.equals("silent")) {
            wire.rest();
            return false;
        }
        String[] status = what.split("after", 2);
        wire.send("HTTP/1.1 " + status[0] + " X\r\nContent-Length: 1\r\nX-Member: " + name + "\r\n"
                + (status.length > 1 ? "Retry-After: " + status[1] + "\r\n" : "") + "\r\n" + name);
        return true;
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
        members.forEach(ScriptedMember::close);
    }

    @AfterEach
    void nothingIsHeld() {
        SEEN.clear();
        for (Pool pool : gateway.bean(Pools.class).all()) {
            Awaitility.await().until(() -> pool.repeats().now() == 0);
            Awaitility.await()
                    .until(() -> pool.members().stream().allMatch(member -> member.inFlight() == 0));
        }
    }

    private static List<String> seen(String path) {
        return SEEN.getOrDefault(path, List.of());
    }

    /** Who was asked, in order. */
    private static List<String> asked(String path) {
        return seen(path).stream().map(each -> each.substring(0, 1)).toList();
    }

    private static HttpResponse<String> send(String method, String path, int body) {
        return gateway.send(HttpRequest.newBuilder().method(method,
                body == 0 ? BodyPublishers.noBody() : BodyPublishers.ofString("x".repeat(body))), path);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET | /get/200 | 200 | 1", "GET | /get/503,200 | 200 | 2",
            "GET | /get/500,502,200 | 200 | 3", "GET | /get/500,502,503,200 | 200 | 4",
            "GET | /get/500,502,503,504,200 | 504 | 4", "GET | /get/404,200 | 404 | 1",
            "GET | /get/599,200 | 599 | 1", "HEAD | /get/503,200 | 503 | 1", "PUT | /get/503,200 | 503 | 1",
            "POST | /get/reset,200 | 502 | 1", "POST | /post/503,200 | 200 | 2",
            "POST | /post/404,500,200 | 200 | 3", "POST | /post/reset,200 | 200 | 2",
            "POST | /post/503,503,503,200 | 503 | 3", "GET | /failures/503,200 | 503 | 1",
            "GET | /answers/503,200 | 200 | 2", "GET | /one/503,503,200 | 200 | 3",
            "GET | /fixed/503,503,200 | 200 | 3", "GET | /fixed/503,503,503,200 | 503 | 3",
            "GET | /none/503,200 | 503 | 1", "GET | /gone/200 | 502 | 0",
            "GET | /waits/503,503,200 | 200 | 3",
            "GET | /get/silent,200 | 200 | 2", "POST | /post/silent,200 | 200 | 2",
            "GET | /answers/silent,200 | 504 | 1", "GET | /names/503,429,200 | 200 | 3",
            "GET | /names/500,200 | 500 | 1", "GET | /names/silent,200 | 504 | 1"})
    void aCase(String method, String path, int status, int times) {
        HttpResponse<String> answer = send(method, path, 0);
        assertThat(answer.statusCode()).isEqualTo(status);
        List<String> asked = asked(path);
        assertThat(asked).hasSize(times);
        if (!path.startsWith("/one") && !path.startsWith("/fixed")) {
            assertThat(asked.stream().limit(3)).as("no member twice while another is left")
                    .doesNotHaveDuplicates();
        }
        if (status == 200 && !method.equals("HEAD")) {
            assertThat(answer.body()).isEqualTo(asked.getLast());
        }
        assertThat(answer.headers().firstValue(DebugHeader.NAME).orElse(""))
                .startsWith(fast ? "lane=fast" : "lane=slow");
    }

    @Test
    void aSmallBodyIsSentAgainAndALargeOneIsNot() {
        assertThat(send("POST", "/post/503,reset,200/s", SMALL).statusCode()).isEqualTo(200);
        assertThat(seen("/post/503,reset,200/s")).hasSize(3)
                .allMatch(each -> each.split(" ", 3)[1].equals(String.valueOf(SMALL)));
        assertThat(send("POST", "/post/503,200/l", LARGE).statusCode()).isEqualTo(503);
        assertThat(seen("/post/503,200/l")).hasSize(1);
    }

    @Test
    void membersThatAnswerWithAnErrorAreBlamedForIt() {
        long before = errors();
        send("GET", "/get/500,502,200", 0);
        Awaitility.await().untilAsserted(() -> assertThat(errors() - before).isEqualTo(2));
    }

    private static long errors() {
        return gateway.bean(Pools.class).find("all").orElseThrow().members().stream()
                .mapToLong(member -> member.count(Outcome.SERVER_ERROR)).sum();
    }

    @Test
    void filtersBehindItSeeEachTryAndLeaveNothingOfOneThatIsNotPassedOn() {
        HttpResponse<String> answer = send("GET", "/around/503,503,200", 0);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().allValues("X-Inner")).hasSize(1);
        assertThat(answer.headers().allValues("X-Outer")).hasSize(1);
        assertThat(answer.headers().allValues("X-Member"))
                .containsExactly(asked("/around/503,503,200").getLast());
        assertThat(seen("/around/503,503,200")).hasSize(3).allMatch(each -> each
                .endsWith("/p/around/503,503,200 [X-Before: 1, X-Behind: 1]"));
    }

    @Test
    void nothingIsRepeatedOnceItsTimeIsOver() {
        assertThat(send("GET", "/brief/503", 0).statusCode()).isEqualTo(503);
        assertThat(seen("/brief/503")).hasSizeBetween(1, 2);
    }

    @Test
    void theMemberIsNotAskedAgainBeforeTheTimeItHasNamed() {
        long begun = Ticker.systemTicker().nanoTime();
        assertThat(send("GET", "/one/503after1,200", 0).statusCode()).isEqualTo(200);
        assertThat(Ticker.systemTicker().nanoTime() - begun)
                .isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(send("GET", "/one/503after60,200", 0).statusCode()).isEqualTo(503);
        assertThat(seen("/one/503after60,200")).hasSize(1);
        assertThat(send("GET", "/get/503after60,200", 0).statusCode()).as("another member").isEqualTo(200);
    }

    @Test
    void theBudgetOfThePoolHoldsForAllItsRequests() throws Exception {
        Pool pool = gateway.bean(Pools.class).find("calm").orElseThrow();
        long refused = pool.repeats().refused();
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) { // each holds a place until it leaves
            clients.add(new Wire(gateway.port())
                    .send("GET /calm/503,silent/" + i + " HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        Awaitility.await().until(() -> pool.repeats().now() == 3);
        assertThat(send("GET", "/calm/503,200/x", 0).statusCode()).isEqualTo(503);
        assertThat(pool.repeats().refused() - refused).isEqualTo(1);
        for (Wire client : clients) {
            client.close();
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> pool.repeats().now() == 0);
        assertThat(send("GET", "/calm/503,200/y", 0).statusCode()).isEqualTo(200);
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_pool_retries_total{outcome=\"refused\",pool=\"calm\"}",
                        "headgate_pool_retry_budget_limit{pool=\"calm\"} 3.0");
    }

    @Test
    void aClientThatLeavesMeanwhileIsNotServed() throws Exception {
        Pool pool = gateway.bean(Pools.class).find("one").orElseThrow();
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /one/503after4,200/gone HTTP/1.1\r\nHost: h\r\n\r\n");
            Awaitility.await().until(() -> pool.repeats().now() == 1);
        }
        Awaitility.await().until(() -> pool.repeats().now() == 0);
        assertThat(seen("/one/503after4,200/gone")).hasSize(1);
    }
}
