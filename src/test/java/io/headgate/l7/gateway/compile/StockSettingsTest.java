package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.testing.Pause;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;

/**
 * Spring's and Spring Cloud Gateway's own settings for all routes: on the fast lane they do what they do on
 * the slow one, to which the same requests are sent.
 */
@SuppressWarnings({"NullAway.Init", "InlineFormatString"}) // set before all
class StockSettingsTest {

    private static final String SETTINGS = """
            headgate:
              fast-path: { debug-header: true }
              pools:
                p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                patient:
                  members: [ "127.0.0.1:%1$d" ]
                  health: { check: none }
                  timeouts: { response: 20s }
            spring.webflux.base-path: /base
            spring.cloud.gateway.server.webflux:
              httpclient: { response-timeout: 1s, connect-timeout: 2000 }
              predicate.host.include-port: false
              filter.remove-hop-by-hop.headers: [ Connection, Keep-Alive, Transfer-Encoding, TE, Trailer,
                Proxy-Authorization, Proxy-Authenticate, X-Application-Context, Upgrade, X-Inner ]
              x-forwarded: { port-enabled: false, for-append: false }
              forwarded.enabled: false
              trusted-proxies: 127\\.0\\.0\\.1
              globalcors:
                add-to-simple-url-handler-mapping: true
                cors-configurations:
                  "[/cors/**]":
                    allowed-origins: [ "http://page.test", "https://other.test" ]
                    allowed-methods: [ GET, PUT ]
                    allowed-headers: [ X-One, X-Two ]
                    exposed-headers: [ X-Seen ]
                    allow-credentials: true
                    max-age: 1800
                  "[/any/**]": { allowed-origin-patterns: "*", allowed-methods: "*", allowed-headers: "*" }
              default-filters: [ "AddResponseHeader=X-Filter, yes" ]
              routes:
                - id: host
                  uri: lb://p
                  predicates: [ "Host=**.shop.test", "Path=/host" ]
                - id: own
                  uri: lb://p
                  predicates: [ "Path=/own/**" ]
                  filters: [ "DedupeResponseHeader=Access-Control-Allow-Origin Vary, RETAIN_FIRST" ]
                  metadata:
                    cors: { allowedOrigins: [ "http://own.test" ], allowedMethods: [ GET ], maxAge: 5 }
                - { id: hangs, uri: "lb://p", predicates: [ "Path=/hangs" ] }
                - { id: fixed, uri: "http://127.0.0.1:%1$d", predicates: [ "Path=/fixed/hangs" ] }
                - id: patient
                  uri: lb://patient
                  predicates: [ "Path=/patient" ]
                - id: metadata
                  uri: lb://patient
                  predicates: [ "Path=/metadata/hangs" ]
                  metadata: { response-timeout: 1000 }
                - id: redirect
                  uri: no://op
                  predicates: [ "Path=/cors/away" ]
                  filters: [ "RedirectTo=302, /there" ]
                - { id: all, uri: "lb://p", predicates: [ "Path=/cors/**,/any/**,/x/**" ] }
            """;

    private static RawServer member;
    private static TestGateway fast;
    private static TestGateway slow;

    @BeforeAll
    static void start() {
        member = new RawServer(StockSettingsTest::echo);
        String yaml = SETTINGS.formatted(member.port());
        fast = TestGateway.start(yaml);
        slow = TestGateway.start(yaml, "--headgate.fast-path.enabled=false");
    }

    @AfterAll
    static void stop() throws IOException {
        fast.close();
        slow.close();
        // Boot binds the property into this constant of SCG's, which the next application would find.
        RemoveHopByHopHeadersFilter.HEADERS_REMOVED_ON_REQUEST.clear();
        RemoveHopByHopHeadersFilter.HEADERS_REMOVED_ON_REQUEST.addAll(GatewaySettings.HOP_BY_HOP);
        member.close();
    }

    /** Answers with the head that it got, in small letters; hangs for paths that say so. */
    static void echo(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isBlank(); head = RawServer.head(socket)) {
            String path = head.split(" ", 3)[1];
            if (path.contains("hangs")) {
                RawServer.swallow(socket);
                return;
            }
            if (path.contains("patient")) {
                Pause.of(Duration.ofMillis(1500), "longer than the default");
            }
            String body = head.toLowerCase(Locale.ROOT);
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nX-Inner: a\r\nVary: Accept\r\nAccess-Control-Allow-Origin: *\r\nX-Kept: b\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    @Test
    void noRouteIsSlow() {
        assertThat(fast.bean(RouteRefresh.class).lanes().routes()).hasSizeGreaterThan(5)
                .allSatisfy(route -> assertThat(route.lane()).as(String.valueOf(route.reason()))
                        .isEqualTo(Lane.FAST));
    }

    static String ask(TestGateway gateway, String request) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            return client.send(request.replace("|", "\r\n") + "\r\nConnection: close\r\n\r\n").readAll();
        }
    }

    /** Its lines without those that are known to differ; each answer and each echoed head sorted by lines. */
    static List<String> comparable(String answer) {
        List<String> parts = List.of(answer.split("\r\n\r\n", -1));
        return parts.stream().map(part -> {
            TreeSet<String> lines = new TreeSet<>(part.lines()
                    .filter(line -> !line.isEmpty()
                            && !line.matches("(?i)(X-Headgate|Content-Length|user-agent|accept|host):.*"))
                    .map(line -> line.replaceFirst("^(?i)content-type:", "content-type:")).toList());
            return String.join("\n", lines).replaceAll("\"timestamp\":\"[^\"]*\"", "")
                    .replaceAll("\"requestId\":\"[^\"]*\"", "");
        }).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /base/x/a HTTP/1.1|Host: a.test|X-Inner: 1|X-Outer: 2",
            "GET /base/host HTTP/1.1|Host: a.shop.test:8080", "GET /base/host HTTP/1.1|Host: shop.test",
            "GET /x/a HTTP/1.1|Host: a.test", "GET /basex/a HTTP/1.1|Host: a.test",
            "GET /base/hangs HTTP/1.1|Host: a.test", "GET /base/fixed/hangs HTTP/1.1|Host: a.test",
            "GET /base/patient HTTP/1.1|Host: a.test", "GET /base/metadata/hangs HTTP/1.1|Host: a.test",
            "GET /base/x/a HTTP/1.1|Host: a.test|X-Forwarded-For: 10.0.0.1|X-Forwarded-Port: 7"
                    + "|X-Forwarded-Proto: https|Forwarded: for=10.0.0.1",
            "GET /base/cors/a HTTP/1.1|Host: a.test",
            "GET /base/x/a HTTP/1.1|Host: a.test|Origin: http://b.test",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: http://a.test",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: https://a.test",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: http://evil.test",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: null",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: http://[bad",
            "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: ",
            "DELETE /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "GET /base/any/a HTTP/1.1|Host: a.test|Origin: http://evil.test",
            "GET /base/any/hangs HTTP/1.1|Host: a.test|Origin: http://evil.test",
            "GET /base/own/a HTTP/1.1|Host: a.test|Origin: http://own.test",
            "GET /base/own/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "GET /base/cors/away HTTP/1.1|Host: a.test|Origin: http://page.test",
            "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                    + "|Access-Control-Request-Method: PUT|Access-Control-Request-Headers: x-one, x-three",
            "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                    + "|Access-Control-Request-Method: PUT|Access-Control-Request-Headers: x-three",
            "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                    + "|Access-Control-Request-Method: DELETE",
            "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://evil.test"
                    + "|Access-Control-Request-Method: PUT",
            "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://a.test"
                    + "|Access-Control-Request-Method: PUT",
            "OPTIONS /base/any/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                    + "|Access-Control-Request-Method: PUT|Access-Control-Request-Headers: x-three",
            "OPTIONS /base/own/a HTTP/1.1|Host: a.test|Origin: http://own.test"
                    + "|Access-Control-Request-Method: GET",
            "OPTIONS /base/x/a HTTP/1.1|Host: a.test|Origin: http://own.test"
                    + "|Access-Control-Request-Method: GET",
            "OPTIONS /base/nowhere HTTP/1.1|Host: a.test|Origin: http://own.test"
                    + "|Access-Control-Request-Method: GET"})
    void bothLanesDoTheSame(String request) throws IOException {
        assertThat(comparable(ask(fast, request))).isEqualTo(comparable(ask(slow, request)));
    }

    /** What the comparison above would not see: both lanes could ignore a setting. */
    @Test
    void andTheyDoIt() throws IOException {
        assertThat(ask(fast, "GET /base/hangs HTTP/1.1|Host: a.test")).startsWith("HTTP/1.1 504")
                .contains("lane=fast; route=hangs");
        assertThat(ask(fast, "GET /base/host HTTP/1.1|Host: a.shop.test:8080"))
                .contains("lane=fast; route=host");
        assertThat(ask(fast, "GET /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test"))
                .contains("lane=fast", "Access-Control-Allow-Origin: http://page.test");
        assertThat(ask(fast, "OPTIONS /base/cors/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                + "|Access-Control-Request-Method: PUT")).contains("lane=fast", "Max-Age: 1800");
        assertThat(ask(fast, "GET /base/x/a HTTP/1.1|Host: a.test|X-Forwarded-For: 10.0.0.1|X-Inner: 1"
                + "|X-Forwarded-Proto: https")).contains("x-forwarded-for: 127.0.0.1\r\n",
                        "x-forwarded-proto: https\r\n")
                .doesNotContain("x-forwarded-port", "\r\nforwarded:", "x-inner", "X-Inner");
    }
}
