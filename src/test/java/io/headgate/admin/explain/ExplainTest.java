package io.headgate.admin.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplainTest {

    private static final int CASES = Integer.getInteger("explain.cases", 400);
    private static final JsonMapper JSON = new JsonMapper();

    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(RawServer.answering("hello"));
        gateway = TestGateway
                .start("""
                        headgate:
                          fast-path.debug-header: true
                          pools:
                            orders:
                              members:
                                - { id: a, address: "127.0.0.1:%1$d" }
                                - { id: b, address: "127.0.0.1:%1$d", backup: true }
                                - { id: c, address: "127.0.0.1:%1$d", weight: 0 }
                                - { id: d, address: "127.0.0.1:%1$d" }
                              health: { check: none }
                              timeouts: { connect: 700ms }
                            hashed:
                              members: [ { id: x, address: "127.0.0.1:%1$d" }, { id: y, address: "127.0.0.1:%1$d" }, { id: z, address: "127.0.0.1:%1$d" } ]
                              health: { check: none }
                              balance: consistent-hash
                              hash-on: path
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: gold, uri: "lb://orders", predicates: [ "Path=/orders/**", "Header=X-Tier, gold|platinum" ], filters: [ "StripPrefix=1", "AddResponseHeader=X-Route, gold" ], metadata: { response-timeout: 900 } }
                          - { id: posts, uri: "lb://orders", predicates: [ "Method=POST,PUT", "Path=/orders/{id}" ], filters: [ "AddResponseHeader=X-Route, posts" ] }
                          - { id: shop, uri: "lb://orders", predicates: [ "Host=**.shop.example" ], filters: [ "AddResponseHeader=X-Route, shop" ] }
                          - { id: beta, uri: "lb://orders", predicates: [ "Cookie=beta, yes", "Query=page, [0-9]+" ], filters: [ "AddResponseHeader=X-Route, beta" ] }
                          - { id: cached, uri: "lb://orders", predicates: [ "Path=/cached/{*rest}" ], filters: [ { name: CacheRequestBody, args: { bodyClass: java.lang.String } }, "AddResponseHeader=X-Route, cached" ] }
                          - { id: remote, uri: "lb://orders", predicates: [ "RemoteAddr=10.0.0.0/8" ], filters: [ "AddResponseHeader=X-Route, remote" ] }
                          - { id: future, uri: "lb://orders", predicates: [ "After=2099-01-01T00:00:00Z" ], filters: [ "AddResponseHeader=X-Route, future" ] }
                          - { id: orders, uri: "lb://hashed", predicates: [ "Path=/orders/**,/cached/x" ], filters: [ "AddResponseHeader=X-Route, orders" ] }
                        """
                        .formatted(member.port()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        member.close();
    }

    private static JsonNode explain(String method, String url, List<String> headers) {
        StringBuilder query = new StringBuilder(
                "/actuator/explain?method=" + method + "&url=" + encoded(url));
        headers.forEach(header -> query.append("&header=").append(encoded(header)));
        HttpResponse<String> answer = gateway.manage(query.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void agreesWithWhatThenHappens() {
        Random random = new Random(20_26);
        int[] taken = new int[3];
        for (int i = 0; i < CASES; i++) {
            String method = one(random, "GET", "POST", "PUT", "DELETE");
            String url = one(random, "/orders/1", "/orders/1/2", "/orders", "/cached/x", "/cached/y", "/",
                    "/orders/a%20b", "/other")
                    + one(random, "", "", "?page=1", "?page=x", "?page=1&page=x", "?q");
            List<String> headers = new ArrayList<>();
            add(headers, random, "X-Tier: gold", "X-Tier: silver", "X-Tier: silver,platinum");
            add(headers, random, "Cookie: beta=yes", "Cookie: beta=no; x=1");
            JsonNode explained = explain(method, url, headers);

            List<String> sent = new ArrayList<>();
            headers.forEach(header -> sent.addAll(List.of(header.split(": ", 2))));
            HttpResponse<String> answer = gateway.send(
                    HttpRequest.newBuilder().method(method, HttpRequest.BodyPublishers.noBody()), url,
                    sent.toArray(String[]::new));
            String as = method + " " + url + " " + headers + ": " + explained;
            String route = answer.headers().firstValue("X-Route").orElse(null);
            JsonNode said = explained.get("route");
            if (said == null) {
                assertThat(answer.statusCode()).as(as).isEqualTo(404);
                taken[0]++;
            } else if (explained.get("lane").asString().equals("fast")) {
                assertThat(route).as(as).isEqualTo(said.asString());
                assertThat(answer.headers().firstValue("X-Headgate")).as(as).get().asString()
                        .startsWith("lane=fast");
                taken[1]++;
            } else {
                assertThat(explained.get("routes").findValuesAsString("route")).as(as).contains(route);
                assertThat(answer.headers().firstValue("X-Headgate")).as(as).get().asString()
                        .startsWith("lane=slow");
                taken[2]++;
            }
        }
        assertThat(taken).as("without a route, fast, slow").doesNotContain(0);
    }

    private static String one(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }

    private static void add(List<String> headers, Random random, String... of) {
        int which = random.nextInt(of.length + 2);
        if (which < of.length) {
            headers.add(of[which]);
        }
    }

    @Test
    void saysWhichConditionFailedOnWhichValue() {
        JsonNode routes = explain("GET", "http://www.example.org/orders/1?page=x",
                List.of("X-Tier: silver", "Cookie: beta=yes")).get("routes");
        assertThat(routes.toString()).contains(
                "{\"route\":\"gold\",\"takes\":\"no\",\"condition\":\"header X-Tier that matches gold|platinum\",\"value\":\"silver\"}",
                "\"condition\":\"host [**.shop.example]\",\"value\":\"www.example.org\"",
                "\"condition\":\"query parameter page that matches [0-9]+\",\"value\":\"[x]\"",
                "\"condition\":\"client in [10.0.0.0/8]\",\"value\":\"127.0.0.1\"",
                "\"condition\":\"time after 2099-01-01T00:00:00Z\"",
                "{\"route\":\"orders\",\"takes\":\"yes\"}");
        assertThat(routes.get(1).get("condition").asString()).startsWith("method [");
    }

    @Test
    void saysWhoGetsWorkAndWhyNotAndWhatSetsEachLimit() {
        gateway.command("/actuator/pools/orders/members/d", "{\"state\": \"drain\", \"reason\": \"disk\"}");
        JsonNode explained = explain("GET", "/orders/7", List.of("X-Tier: gold"));
        assertThat(explained.get("lane").asString()).isEqualTo("fast");
        assertThat(explained.get("sentAs").asString()).isEqualTo("GET /7");
        assertThat(explained.get("filters").toString()).contains("StripPrefix");
        assertThat(explained.get("members").toString()).contains("\"id\":\"a\"", "\"eligible\":true",
                "a backup: others take the work", "its weight is 0", "DRAINING since", "disk");
        assertThat(explained.get("timeouts").toString()).contains(
                "{\"name\":\"connect\",\"value\":\"PT0.7S\",\"property\":\"headgate.pools.orders.timeouts.connect\",\"place\":\"",
                "yml:", "\"value\":\"900 ms\",\"property\":\"metadata.response-timeout\"",
                "\"place\":\"default\"");
        gateway.command("/actuator/pools/orders/members/d", "{\"state\": \"ready\"}");
    }

    @Test
    void knowsTheMemberOfAKeyAndTheReasonOfASlowLane() {
        String picked = explain("GET", "/orders/42", List.of()).get("picked").asString();
        assertThat(picked).matches("[xyz], by consistent-hash");
        for (int i = 0; i < 3; i++) {
            assertThat(explain("GET", "/orders/42", List.of()).get("picked").asString()).isEqualTo(picked);
        }
        JsonNode slow = explain("GET", "/cached/y", List.of());
        assertThat(slow.get("laneReason").asString()).contains("CacheRequestBody");
        assertThat(explain("GET", "/nothing", List.of()).get("answer").asString()).contains("404");
    }

    @Test
    void aQuestionThatIsNoneIs400() {
        for (String query : List.of("url=orders", "url=/a%20b", "url=/&method=G%20T", "url=/&header=x",
                "url=/&client=localhost", "url=/&header=a%0Ab:%20c")) {
            HttpResponse<String> answer = gateway.manage("/actuator/explain?" + query);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.body()).as(query).contains("(expected: ");
        }
        assertThat(gateway.manage("/actuator/explain").statusCode()).isEqualTo(400);
    }
}
