package io.headgate.l7.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Spring Cloud Gateway's predicates and filters over pools of WireMock servers, on both lanes. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings("NullAway.Init")
class RoutingTest {

    @Parameter
    boolean fast;

    private static final WireMockServer A = new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private static final WireMockServer B = new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private static TestGateway gateway;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        A.start();
        B.start();
        gateway = TestGateway
                .start("""
                        headgate:
                          pools:
                            both: { members: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"] }
                            a: { members: [{ id: a, address: "127.0.0.1:%1$d" }] }
                            b: { members: [{ id: b, address: "127.0.0.1:%2$d" }] }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: header, uri: "lb://b", predicates: [ "Path=/rules", "Header=X-Tier, gold" ] }
                          - { id: cookie, uri: "lb://b", predicates: [ "Path=/rules", "Cookie=beta, yes" ] }
                          - { id: host, uri: "lb://b", predicates: [ "Path=/rules", "Host=b.example.org**" ] }
                          - { id: method, uri: "lb://b", predicates: [ "Path=/rules", "Method=DELETE" ] }
                          - { id: query, uri: "lb://b", predicates: [ "Path=/rules", "Query=to, b" ] }
                          - { id: rules, uri: "lb://a", predicates: [ "Path=/rules" ] }
                          - { id: heavy, uri: "lb://a", predicates: [ "Path=/weighted", "Weight=group, 9" ] }
                          - { id: light, uri: "lb://b", predicates: [ "Path=/weighted", "Weight=group, 1" ] }
                          - { id: strip, uri: "lb://a", predicates: [ "Path=/api/**" ], filters: [ StripPrefix=1 ] }
                          - id: rewrite
                            uri: lb://a
                            predicates: [ "Path=/old/**" ]
                            filters: [ "RewritePath=/old/(?<rest>.*), /new/$\\\\{rest}", "AddResponseHeader=X-By, headgate" ]
                          - { id: slow, uri: "lb://a", predicates: [ "Path=/slow/**" ], filters: [ FallbackHeaders, Retry=1 ] }
                          - { id: both, uri: "lb://both", predicates: [ "Path=/both/**" ] }
                        """
                        .formatted(A.port(), B.port()), "--headgate.fast-path.enabled=" + fast);
        Awaitility.await()
                .until(() -> gateway.bean(Pools.class).all().stream().allMatch(pool -> pool.settled()));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
        A.stop();
        B.stop();
    }

    @BeforeEach
    void members() {
        A.stubFor(any(anyUrl()).willReturn(aResponse().withBody("a")));
        B.stubFor(any(anyUrl()).willReturn(aResponse().withBody("b")));
    }

    @AfterEach
    void nothingIsInFlight() {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.bean(Pools.class).all()).allSatisfy(
                pool -> assertThat(pool.members())
                        .allSatisfy(member -> assertThat(member.inFlight()).isZero())));
        A.resetAll();
        B.resetAll();
    }

    @Test
    void theRulesOfARouteDecideWhereARequestGoes() {
        assertThat(gateway.get("/rules").body()).isEqualTo("a");
        assertThat(gateway.get("/rules", "X-Tier", "gold").body()).isEqualTo("b");
        assertThat(gateway.get("/rules", "X-Tier", "silver").body()).isEqualTo("a");
        assertThat(gateway.get("/rules", "Cookie", "x=1; beta=yes").body()).isEqualTo("b");
        assertThat(gateway.get("/rules?to=b").body()).isEqualTo("b");
        assertThat(gateway.send(java.net.http.HttpRequest.newBuilder().DELETE(), "/rules").body())
                .isEqualTo("b");
    }

    @Test
    void theHostHeaderDecidesToo() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            String answer = client
                    .send("GET /rules HTTP/1.1\r\nHost: b.example.org\r\nConnection: close\r\n\r\n")
                    .readAll();
            assertThat(answer).endsWith("b\r\n0\r\n\r\n");
        }
    }

    @Test
    void weightedRoutesShareInProportion() {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            counts.merge(gateway.get("/weighted").body(), 1, Integer::sum);
        }
        // chance gives anything else once in 10^13 runs
        assertThat(counts.get("a")).isBetween(200, 299);
        assertThat(counts.get("b")).isBetween(1, 100);
    }

    @Test
    void rewritingFiltersChangeWhatTheMemberSees() {
        gateway.get("/api/orders/7?q=1");
        assertThat(only(A).getUrl()).isEqualTo("/orders/7?q=1");
        A.resetRequests();
        HttpResponse<String> answer = gateway.get("/old/x/y");
        assertThat(only(A).getUrl()).isEqualTo("/new/x/y");
        assertThat(answer.headers().firstValue("X-By")).hasValue("headgate");
    }

    @Test
    void aPoolTakesTurns() {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(gateway.get("/both/x").body());
        }
        assertThat(answers).isIn(List.of("a", "b", "a", "b", "a", "b"),
                List.of("b", "a", "b", "a", "b", "a"));
    }

    @Test
    void whatAClientClaimsInForwardedHeadersIsDropped() {
        gateway.get("/both/x", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-Host", "evil", "X-Forwarded-Prefix",
                "/evil", "X_Forwarded_For", "6.6.6.6", "Forwarded", "for=6.6.6.6;host=evil");
        LoggedRequest seen = only(A, B);
        String host = "127.0.0.1:" + gateway.port();
        assertThat(seen.header("X-Forwarded-For").values()).containsExactly("127.0.0.1");
        assertThat(seen.header("X-Forwarded-Proto").values()).containsExactly("http");
        assertThat(seen.header("X-Forwarded-Host").values()).containsExactly(host);
        assertThat(seen.header("X-Forwarded-Port").values()).containsExactly(String.valueOf(gateway.port()));
        assertThat(seen.header("Forwarded").values())
                .containsExactly("for=127.0.0.1;host=\"" + host + "\";proto=http");
        assertThat(seen.containsHeader("X-Forwarded-Prefix")).isFalse();
        assertThat(seen.containsHeader("X_Forwarded_For")).isFalse();
    }

    @Test
    void noClientCanHaveTheForwardedHeadersTakenAway() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /slow/x HTTP/1.1\r\nHost: h\r\n"
                    + "Connection: close, X-Forwarded-For, Forwarded\r\n\r\n").readAll();
        }
        LoggedRequest seen = only(A, B);
        assertThat(seen.header("X-Forwarded-For").values()).containsExactly("127.0.0.1");
        assertThat(seen.containsHeader("Forwarded")).isTrue();
    }

    @Test
    void aBodyThatIsKeptForARetryTakesNothingFromTheNextRequest() throws Exception {
        String post = "POST /slow/x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n";
        try (Wire client = new Wire(gateway.port())) {
            String answers = client
                    .send(post + "\r\nfirst" + post + "Connection: close\r\n\r\nagain").readAll();
            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
        }
        assertThat(A.getAllServeEvents()).extracting(event -> event.getRequest().getBodyAsString())
                .containsExactlyInAnyOrder("first", "again");
    }

    @Test
    void hopByHopHeadersStayOnTheirHop() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /both/x HTTP/1.1\r\nHost: h\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\n"
                    + "Keep-Alive: timeout=5\r\nTE: trailers\r\nProxy-Authorization: Basic x\r\nX-Other: 2\r\n\r\n")
                    .readAll();
        }
        LoggedRequest seen = only(A, B);
        assertThat(seen.containsHeader("X-Mine")).isFalse();
        assertThat(seen.containsHeader("Keep-Alive")).isFalse();
        assertThat(seen.containsHeader("TE")).isFalse();
        assertThat(seen.containsHeader("Proxy-Authorization")).isFalse();
        assertThat(seen.header("X-Other").values()).containsExactly("2");
    }

    @Test
    void whatNoRouteWantsIsNotFoundWithTheReason() {
        HttpResponse<String> answer = gateway.get("/nowhere");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"reason\":\"no-route\"");
    }

    @Test
    void aMembersOwnErrorIsPassedOnAsItIs() {
        A.stubFor(any(urlEqualTo("/api")).willReturn(aResponse().withStatus(500).withBody("mine")));
        A.stubFor(any(urlEqualTo("/rules")).willReturn(aResponse().withStatus(500).withBody("mine")));
        HttpResponse<String> answer = gateway.get("/rules");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("mine");
    }

    private static LoggedRequest only(WireMockServer... servers) {
        List<LoggedRequest> seen = new ArrayList<>();
        for (WireMockServer server : servers) {
            server.getAllServeEvents().forEach(event -> seen.add(event.getRequest()));
        }
        assertThat(seen).hasSize(1);
        return seen.getFirst();
    }
}
