package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.FrameClient;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Forwarded headers: an untrusted client's are dropped at the entrance, so that no predicate reads them, and
 * what a route sets under their names arrives.
 */
@SuppressWarnings("NullAway.Init") // set before each class invocation
@ParameterizedClass
@CsvSource({"true, false", "false, false", "true, true", "false, true"})
class ForwardedTest {

    private static final String CLAIMS = "X-Forwarded-For: 203.0.113.7\r\nx_forwarded_for: 203.0.113.7\r\n"
            + "X-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\nForwarded: for=203.0.113.7\r\n";

    private static RawServer member;
    private static TestGateway gateway;

    @Parameter(0)
    boolean fast;

    @Parameter(1)
    boolean trusted;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast, boolean trusted) {
        member = new RawServer(ForwardedTest::echo);
        gateway = TestGateway.start("""
                server.http2.enabled: true
                headgate.fast-path.enabled: %s
                headgate.access-log.enabled: true
                headgate.forwarded.trusted: %s
                headgate.pools.a: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                headgate.pools.dead: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: office
                    uri: lb://a
                    predicates: [ "Path=/x", "XForwardedRemoteAddr=203.0.113.0/24" ]
                    filters: [ "AddRequestHeader=X-Route, office" ]
                  - id: secure
                    uri: lb://a
                    predicates: [ "Path=/x", "Header=X-Forwarded-Proto, https" ]
                    filters: [ "AddRequestHeader=X-Route, secure" ]
                  - id: anybody
                    uri: lb://a
                    predicates: [ "Path=/x" ]
                    filters: [ "AddRequestHeader=X-Route, anybody" ]
                  - id: plain
                    uri: lb://a
                    predicates: [ "Path=/plain" ]
                  - id: sets
                    uri: lb://a
                    predicates: [ "Path=/sets" ]
                    filters:
                      - AddRequestHeader=X-Forwarded-Prefix, /bff
                      - SetRequestHeader=X-Forwarded-Proto, https
                      - SetRequestHeader=X-Forwarded-User, anna
                      - MapRequestHeader=X-Blue, X-Forwarded-Blue
                      - SetRequestHeader=X-Forwarded-For, 198.51.100.9
                  - id: limited
                    uri: lb://a
                    predicates: [ "Path=/limited/**" ]
                    filters: [ { name: RateLimit, args: { rate: 1/d, key: client+path } } ]
                  - id: office-only
                    uri: lb://a
                    predicates: [ "Path=/office" ]
                    filters: [ "IpAllow=203.0.113.0/24" ]
                  - id: breaks
                    uri: lb://dead
                    predicates: [ "Path=/breaks" ]
                    filters: [ { name: CircuitBreaker, args: { name: b, fallbackUri: "forward:/plain" } } ]
                """.formatted(fast, trusted ? "[ 127.0.0.0/8 ]" : "[]", member.port(),
                Ports.free()));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    /** Answers with the head that it got, its names in small letters. */
    private static void echo(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        while (in.readLine() != null) {
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                int colon = line.indexOf(':');
                head.append(line.substring(0, colon).toLowerCase(Locale.ROOT)).append(line.substring(colon))
                        .append('\n');
            }
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
        }
    }

    private String ask(String path, String headers) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: shop.test:99\r\n" + headers
                    + "Connection: close\r\n\r\n").readAll();
        }
    }

    @Test
    void predicatesBelieveTrustedClientsOnly() throws IOException {
        assertThat(ask("/x", CLAIMS)).contains("x-route: " + (trusted ? "office" : "anybody"));
        assertThat(ask("/x", "X-Forwarded-Proto: https\r\n"))
                .contains("x-route: " + (trusted ? "secure" : "anybody"));
    }

    @Test
    void soByHttp2() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int stream = client.get("/x", "x-forwarded-for", "203.0.113.7", "x-forwarded-proto", "https");
            assertThat(client.whole(stream).body()).contains("x-route: " + (trusted ? "office" : "anybody"));
        }
    }

    @Test
    void membersGetOneOfEach() throws IOException {
        for (String claims : new String[]{CLAIMS, ""}) {
            boolean told = trusted && !claims.isEmpty();
            String got = ask("/plain", claims);
            assertThat(got).contains("x-forwarded-for: " + (told ? "203.0.113.7, " : "") + "127.0.0.1\n")
                    .contains("x-forwarded-proto: " + (told ? "https" : "http") + "\n")
                    .contains("x-forwarded-host: shop.test:99\n", "x-forwarded-port: 99\n",
                            "for=127.0.0.1;host=\"shop.test:99\";proto=http\n");
            assertThat(got.split("\nx-forwarded-(for|proto|host|port): |\nforwarded: ", -1)).hasSize(6);
            assertThat(got.contains("/evil")).isEqualTo(told);
            assertThat(got.contains("x_forwarded_for")).isEqualTo(told);
        }
    }

    @Test
    void whatTheRouteSetsArrives() throws IOException {
        assertThat(ask("/sets", "X-Blue: sky\r\n")).contains("x-forwarded-prefix: /bff\n",
                "x-forwarded-proto: https\n", "x-forwarded-user: anna\n", "x-forwarded-blue: sky\n",
                "x-forwarded-for: 198.51.100.9, 127.0.0.1\n");
        assertThat(ask("/sets", "X-Forwarded-User: eve\r\nX_Forwarded-User: eve\r\n").contains("eve"))
                .isEqualTo(trusted);
    }

    @Test
    void aFallbackTellsItsMembersTheSame() throws IOException {
        assertThat(ask("/breaks", "")).contains("x-forwarded-proto: http\n", "x-forwarded-port: 99\n",
                "x-forwarded-host: shop.test:99\n", "x-forwarded-for: 127.0.0.1\n",
                "forwarded: for=127.0.0.1;host=\"shop.test:99\";proto=http\n");
    }

    /** For limits, for rules and in the access log, whatever else stands in the header. */
    @Test
    void theClientIsWhomTheLastTrustedProxyHasSeen() throws IOException {
        String[] one = {"203.0.113.7", "203.0.113.7:4711", "6.6.6.6, 203.0.113.7:4712",
                "6.6.6.6\r\nX-Forwarded-For: 203.0.113.7", "203.0.113.7, 127.0.0.9,, 127.0.0.8"};
        String[] another = {"2001:db8:1:2::a", "[2001:db8:1:2::b]:4711", "2001:DB8:1:2:0:0:0:c"};
        String[] proxy = {"unknown", "203.0.113.7, _hidden", "203.0.113.7, fe80::1%lo", ""};
        assertThat(refused("/limited/1", one)).containsExactly(false, true, true, true, true);
        assertThat(refused("/limited/1", another)).containsExactly(!trusted, true, true);
        assertThat(refused("/limited/1", proxy)).containsExactly(!trusted, true, true, true);
        assertThat(refused("/office", one)).containsOnly(!trusted);
        assertThat(refused("/office", another)).containsOnly(true);
        assertThat(refused("/office", proxy)).containsOnly(true);
        assertThat(refused("/office", "203.0.113.7, 198.51.100.1")).containsOnly(true);
        try (FrameClient client = new FrameClient(gateway.port())) {
            int stream = client.get("/office", "x-forwarded-for", "203.0.113.7");
            assertThat(client.whole(stream).status()).isEqualTo(trusted ? 200 : 403);
        }
        try (AccessLines log = new AccessLines()) {
            ask("/plain?logged", "X-Forwarded-For: 6.6.6.6, 203.0.113.7:4711\r\n");
            await().untilAsserted(() -> assertThat(log.lines())
                    .filteredOn(line -> line.contains("?logged")).singleElement().asString()
                    .contains(" client=" + (trusted ? "203.0.113.7 " : "127.0.0.1 ")));
        }
    }

    private List<Boolean> refused(String path, String... claims) throws IOException {
        List<Boolean> all = new ArrayList<>();
        for (String claim : claims) {
            String answer = ask(path, "X-Forwarded-For: " + claim + "\r\n");
            assertThat(answer).matches("(?s)HTTP/1.1 (200|403|429).*");
            all.add(!answer.startsWith("HTTP/1.1 200"));
        }
        return all;
    }

    @Test
    void thereIsNothingOfThemWithoutARoute() throws IOException {
        assertThat(ask("/nowhere", CLAIMS)).startsWith("HTTP/1.1 404");
    }
}
