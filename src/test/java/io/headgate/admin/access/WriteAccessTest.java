package io.headgate.admin.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.web.server.WebFilterChainProxy;

class WriteAccessTest {

    private static final String MEMBER = "/actuator/pools/orders/members/a";
    private static final String DRAIN = "{\"state\": \"drain\", \"reason\": \"disk\"}";

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    orders:
                      members: [ { id: a, address: "127.0.0.1:1" } ]
                      health: { check: none }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: nobody, uri: "lb://orders", predicates: [ "Path=/**" ] }
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Every write that there is, and some that there are not. */
    static Stream<HttpRequest.Builder> writes() {
        return Stream.of(post(DRAIN), HttpRequest.newBuilder().PUT(BodyPublishers.ofString(DRAIN)),
                HttpRequest.newBuilder().DELETE(),
                HttpRequest.newBuilder().method("PATCH", BodyPublishers.ofString(DRAIN)));
    }

    @ParameterizedTest
    @MethodSource("writes")
    void aWriteWithoutOrWithWrongCredentialsIs401WhateverItsPath(HttpRequest.Builder write) {
        for (String path : List.of(MEMBER, "/actuator/reload", "/actuator/gateway/refresh",
                "/actuator/nothing",
                "/elsewhere")) {
            assertThat(gateway.command(write.copy(), path).statusCode()).as(path).isEqualTo(401);
            for (String wrong : List.of("admin:Secret", "root:secret", "admin:", ":",
                    "admin:" + "x".repeat(100))) {
                HttpResponse<String> answer = gateway.command(write.copy(), path, "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(wrong.getBytes(UTF_8)));
                assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
                assertThat(answer.body()).contains("Authorization: wrong (expected: HTTP basic");
                assertThat(answer.headers().firstValue("WWW-Authenticate")).get().asString()
                        .startsWith("Basic ");
            }
        }
        assertThat(gateway.manage("/actuator/pools/orders").body()).contains("\"state\":\"UP\"");
    }

    @ParameterizedTest
    @MethodSource("writes")
    void aWriteFromAForeignPageIs403EvenWithCredentials(HttpRequest.Builder write) {
        for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1:1", "%")) {
            assertThat(gateway.command(write.copy(), MEMBER, "Origin", origin, "Authorization",
                    TestGateway.CREDENTIALS, "Content-Type", "application/json").statusCode()).as(origin)
                    .isEqualTo(403);
        }
        assertThat(gateway.command(write.copy(), MEMBER, "Sec-Fetch-Site", "same-site", "Authorization",
                TestGateway.CREDENTIALS, "Content-Type", "application/json").statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void aFormIsNotTaken(HttpRequest.Builder write) {
        for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                "text/plain", "json")) {
            HttpResponse<String> answer = gateway.command(write.copy(), MEMBER, "Authorization",
                    TestGateway.CREDENTIALS, "Content-Type", type);
            assertThat(answer.statusCode()).as(type).isEqualTo(415);
        }
    }

    @Test
    void aWriteWithCredentialsIsDoneAndNotedFromItsOwnOriginToo() {
        try (LogLines audit = new LogLines("headgate.audit")) {
            assertThat(gateway.command(MEMBER, DRAIN).statusCode()).isEqualTo(200);
            HttpResponse<String> answer = gateway.command(
                    post("{\"state\": \"ready\", \"reason\": \"a\\nb\\\"\"}"),
                    MEMBER, "Authorization", TestGateway.CREDENTIALS, "Content-Type", "application/json",
                    "Origin", "http://127.0.0.1:" + gateway.managementPort());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"state\":\"UP\"");
            gateway.command(post(DRAIN), MEMBER);
            assertThat(audit.lines()).hasSize(3);
            assertThat(audit.lines().get(0)).startsWith("result=done who=admin from=127.0.0.1"
                    + " what=member orders/a before=ready after=drain reason=disk");
            // the output escapes the reason
            assertThat(audit.lines().get(1)).endsWith("before=drain after=ready reason=a\nb\"");
            assertThat(audit.lines().get(2))
                    .isEqualTo("result=refused from=127.0.0.1 what=POST " + MEMBER + " status=401");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{\"stat\": \"drain\"}     | stat: unknown key (expected: a JSON object with any of reason, state, ttl, weight)",
            "{\"state\": 1}            | state: 1 (expected: a string)",
            "{\"weight\": 1.5}         | weight: 1.5 (expected: a whole number, or a string)",
            "{\"weight\": [3]}         | weight: [3] (expected: a whole number, or a string)",
            "{\"state\": null}         | state: null (expected: a string)",
            "{\"state\": \"off\"}      | state: off (expected: ready, drain or maintenance)",
            "{\"weight\": 257}         | weight: 257 (expected: 0 to 256, or default)",
            "{\"state\": \"drain\", \"ttl\": \"soon\"} | ttl: soon (expected: a duration above 0 such as 10m)",
            "{}                        | command: nothing to do (expected: state, weight or both)",
            "``                        | body: empty (expected: a JSON object with any of reason, state, ttl, weight)",
            "[]                        | body: ARRAY (expected: a JSON object with any of",
            "drain                     | (expected: a JSON object)",
            "{\"state\":\"drain\"} x   | (expected: a JSON object)",
            "{\"state\":\"drain\",\"state\":\"ready\"} | (expected: a JSON object)"})
    void aMalformedCommandIs400ThatSaysWhatWasExpected(String body, String error) {
        HttpResponse<String> answer = gateway.command(MEMBER, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":").contains(error.replace("\"", "\\\""));
    }

    /** The endpoint's mapping decodes each segment. */
    @Test
    void anotherSpellingOfThePathChangesNothing() {
        String path = "/%61ctuator/%70ools/orders/m%65mbers/a";
        assertThat(gateway.command(path, "{\"weight\": \"default\"}").statusCode()).isEqualTo(200);
        HttpResponse<String> answer = gateway.command(path, "{\"stat\": \"drain\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("stat: unknown key");
    }

    @Test
    void aHugeBodyIsNotRead() {
        HttpResponse<String> answer = gateway.command(MEMBER, "{\"reason\": \"" + "x".repeat(20_000) + "\"}");
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void readsAreOpenWhateverTheyBring() {
        assertThat(gateway.manage("/actuator/pools").statusCode()).isEqualTo(200);
        assertThat(gateway.command(HttpRequest.newBuilder().GET(), "/actuator/pools", "Authorization",
                "Basic junk", "Origin", "https://evil.example").statusCode()).isEqualTo(200);
    }

    @Test
    void theL7PortHasNoneOfTheFilters() {
        assertThat(gateway.post("/anything", "a=b", "Origin", "https://shop.example", "Content-Type",
                "application/x-www-form-urlencoded", "Authorization", "Basic junk").statusCode())
                .isIn(502, 503);
        // Nobody listens at the member, but the request was routed. Spring Security's firewall would answer
        // 400, and its headers would be there.
        HttpResponse<String> answer = gateway.get("/a%2Fb;c=d//e");
        assertThat(answer.statusCode()).isIn(502, 503);
        assertThat(answer.headers().map()).doesNotContainKeys("x-frame-options", "x-content-type-options",
                "x-xss-protection", "cache-control");
        assertThat(gateway.beansOf(WebFilterChainProxy.class)).isEmpty();
    }

    private static HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder().POST(BodyPublishers.ofString(body));
    }
}
