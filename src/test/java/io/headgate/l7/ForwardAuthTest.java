package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pool says who may come in: below / on the fast lane, below /slow on the slow one. */
@SuppressWarnings("NullAway.Init") // before all tests
class ForwardAuthTest {

    /** Answers with the head that came, and with the body's length. */
    private static final RawServer MEMBER = new RawServer(socket -> {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            if (head.startsWith("POST")) {
                socket.getInputStream().readNBytes(5);
            }
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
        }
    });
    private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger CONNECTIONS = new AtomicInteger();
    private static final AtomicInteger LEFT = new AtomicInteger();

    private static final RawServer SERVICE = new RawServer(socket -> {
        CONNECTIONS.incrementAndGet();
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            ASKED.add(head);
            String token = head.replaceAll("(?is).*\r\nx-token: ([a-z]*)\r\n.*", "$1");
            switch (token) {
                case "good" -> RawServer.write(socket, "HTTP/1.1 200 OK\r\nX-User: ann\r\nX-Group: a\r\n"
                        + "X-Group: b\r\nX-Other: no\r\nContent-Length: 2\r\n\r\nok");
                case "empty" -> RawServer.write(socket, "HTTP/1.1 204 No Content\r\n\r\n");
                case "early" ->
                    RawServer.write(socket, "HTTP/1.1 103 Early Hints\r\nX-User: eve\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nX-User: ann\r\nContent-Length: 0\r\n\r\n");
                case "login" -> RawServer.write(socket, "HTTP/1.1 302 Found\r\n"
                        + "Location: https://login.example/?a=b\r\nSet-Cookie: a=1; Path=/\r\n"
                        + "Set-Cookie: b=2\r\nContent-Length: 0\r\n\r\n");
                case "negotiate" -> RawServer.write(socket, "HTTP/1.1 401 Unauthorized\r\n"
                        + "WWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n");
                case "never" -> RawServer.write(socket, "HTTP/1.1 403 Forbidden\r\nX-Why: rules\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3\r\nno!\r\n0\r\n\r\n");
                case "large" -> RawServer.write(socket,
                        "HTTP/1.1 403 Forbidden\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
                case "larger" -> RawServer.write(socket,
                        "HTTP/1.1 403 Forbidden\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000));
                case "error" ->
                    RawServer.write(socket, "HTTP/1.1 500 Oops\r\nX-User: eve\r\nContent-Length: 0\r\n\r\n");
                case "cut" -> {
                    RawServer.write(socket, "HTTP/1.1 200 OK\r\nX-User: eve\r\nContent-Length: 9\r\n\r\nok");
                    return;
                }
                case "garbage" -> {
                    RawServer.write(socket, "220 smtp.example ESMTP\r\n\r\n");
                    return;
                }
                case "hang" -> {
                    socket.getInputStream().read();
                    LEFT.incrementAndGet();
                    return;
                }
                default -> RawServer.write(socket, "HTTP/1.1 401 Unauthorized\r\n"
                        + "WWW-Authenticate: Form\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nwho");
            }
        }
    });

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder routes = new StringBuilder();
        for (String slow : List.of("", "/slow")) {
            String more = slow.isEmpty() ? "" : ", \"SaveSession\"";
            for (String kind : List.of("closed", "open", "brief", "briefopen", "nobody")) {
                routes.append("""
                          - id: "%1$s%2$s"
                            uri: "lb://all"
                            predicates: [ "Path=%2$s/%1$s/**" ]
                            filters:
                              - name: ForwardAuth
                                args: { pool: %3$s, path: "/verify?a=b", timeout: %4$s, fail-open: %5$s,
                                        user-header: X-User, response-headers: "X-Group" }
                              - "AddRequestHeader=X-Lane, any"
                        """.formatted(kind, slow, kind.equals("nobody") ? "empty" : "auth",
                        kind.startsWith("brief") ? "100ms" : "1m", kind.endsWith("open")));
                routes.append(more.isEmpty() ? "" : "      - SaveSession\n");
            }
            routes.append("  - { id: \"free").append(slow)
                    .append("\", uri: \"lb://all\", predicates: [ \"Path=")
                    .append(slow).append("/free\" ]")
                    .append(slow.isEmpty() ? "" : ", filters: [ SaveSession ]")
                    .append(" }\n");
        }
        gateway = TestGateway.start("""
                headgate:
                  access-log.enabled: true
                  pools:
                    all: { members: [ "%s" ] }
                    auth: { members: [ "%s" ] }
                    empty: { members: [ "127.0.0.1:9" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                %s
                """.formatted(MEMBER.address(), SERVICE.address(), routes));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.get("/closed", "X-Token", "good").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        MEMBER.close();
        SERVICE.close();
    }

    private static HttpResponse<String> get(String path, String token) {
        return gateway.get(path, "X-Token", token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void whomTheServiceKnowsComesIn(String slow) throws IOException {
        try (AccessLines access = new AccessLines(); Wire client = new Wire(gateway.port())) {
            ASKED.clear();
            String answer = client.send("POST " + slow
                    + "/closed/a%2Fb?x=1&y=%20 HTTP/1.1\r\nHost: shop.example\r\n"
                    + "X-Token: good\r\nCookie: c=d\r\nAuthorization: Custom abc\r\nX_Forwarded_Uri: /forged\r\n"
                    + "X-Forwarded-Method: TRACE\r\nX-Forwarded-For: 6.6.6.6\r\nIf-None-Match: \"e\"\r\n"
                    + "X-Original-URL: /else\r\nX_Original_Uri: /else\r\nX-Original-URI: /else\r\n"
                    + "X-Original-Method: TRACE\r\nX-Original-Host: else\r\nX-Rewrite-URL: /else\r\n"
                    + "X-Override-URL: /else\r\nRange: bytes=0-1\r\nX-Private: yes\r\nX-User: forged\r\nX_GROUP: forged\r\n"
                    + "Connection: close, X-Private, X-Forwarded-Uri\r\nContent-Length: 5\r\n\r\nhello")
                    .readAll();
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("POST ")
                    .containsIgnoringCase("\r\nX-User: ann\r\n").containsIgnoringCase("\r\nX-Group: a, b\r\n")
                    .containsIgnoringCase("\r\nAuthorization: Custom abc\r\n").doesNotContain("X-Other")
                    .doesNotContainIgnoringCase("forged\r\nX");
            String asked = ASKED.remove();
            assertThat(asked).startsWith("GET /verify?a=b HTTP/1.1\r\n")
                    .containsIgnoringCase("\r\nX-Forwarded-Method: POST\r\n")
                    .containsIgnoringCase(
                            "\r\nX-Forwarded-Uri: " + slow + "/closed/a%2Fb?x=1&y=%20\r\n")
                    .containsIgnoringCase("\r\nX-Original-Method: POST\r\n")
                    .containsIgnoringCase("\r\nX-Original-URI: " + slow + "/closed/a%2Fb?x=1&y=%20\r\n")
                    .containsIgnoringCase("\r\nX-Forwarded-Host: shop.example\r\n")
                    .containsIgnoringCase("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                    .containsIgnoringCase("\r\nX-Forwarded-Proto: http\r\n")
                    .containsIgnoringCase("\r\nHost: " + SERVICE.address() + "\r\n")
                    .containsIgnoringCase("\r\nCookie: c=d\r\n")
                    .containsIgnoringCase("\r\nAuthorization: Custom abc\r\n");
            assertThat(asked.toLowerCase(java.util.Locale.ROOT)).doesNotContain("forged", "else", "6.6.6.6",
                    "trace",
                    "content-length", "if-none-match", "range", "x-private", "connection:");
            await().until(() -> access.lines().stream().anyMatch(line -> line.contains("user=ann")
                    && line.contains("lane=" + (slow.isEmpty() ? "fast" : "slow"))));
        }
    }

    /** On routes without the filter, too. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void noClientSaysWhoItIs(String slow) throws IOException {
        for (String path : List.of("/free", "/open", "/closed")) {
            try (Wire client = new Wire(gateway.port())) {
                String answer = client
                        .send("GET " + slow + path + " HTTP/1.1\r\nHost: x\r\nx_user: forged\r\n"
                                + "X-GROUP: forged\r\nx-user: forged\r\nX-Token: "
                                + (path.equals("/open") ? "error" : "empty")
                                + "\r\nConnection: close\r\n\r\n")
                        .readAll();
                assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("forged", "eve");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void whatItSaysOtherwiseIsTheAnswer(String slow) throws IOException {
        try (AccessLines access = new AccessLines()) {
            HttpResponse<String> unknown = get(slow + "/closed", "unknown");
            assertThat(unknown.statusCode()).isEqualTo(401);
            assertThat(unknown.body()).isEqualTo("who");
            assertThat(unknown.headers().firstValue("www-authenticate")).hasValue("Form");
            assertThat(unknown.headers().firstValue("content-type")).hasValue("text/plain");
            HttpResponse<String> login = get(slow + "/closed", "login");
            assertThat(login.statusCode()).isEqualTo(302);
            assertThat(login.headers().firstValue("location")).hasValue("https://login.example/?a=b");
            assertThat(login.headers().allValues("set-cookie")).contains("a=1; Path=/", "b=2");
            HttpResponse<String> never = get(slow + "/open", "never");
            assertThat(never.statusCode()).isEqualTo(403);
            assertThat(never.body()).isEqualTo("no!");
            assertThat(never.headers().firstValue("x-why")).hasValue("rules");
            for (String large : List.of("large", "larger")) {
                HttpResponse<String> tooLarge = get(slow + "/closed", large);
                assertThat(tooLarge.statusCode()).isEqualTo(403);
                assertThat(tooLarge.body()).isEmpty();
            }
            assertThat(get(slow + "/closed", "early").body()).containsIgnoringCase("x-user: ann");
            try (Wire client = new Wire(gateway.port())) {
                assertThat(client
                        .send("HEAD " + slow + "/closed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        .readAll()).startsWith("HTTP/1.1 401 ").containsIgnoringCase("content-length: 3")
                        .endsWith("\r\n\r\n");
            }
            await().until(() -> access.lines().stream()
                    .filter(line -> line.contains("reason=unauthenticated")).count() >= 3);
            await().until(() -> access.lines().stream()
                    .filter(line -> line.contains("reason=filter-refused")).count() >= 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"/closed, error", "/closed, cut", "/closed, garbage", "/brief, hang", "/nobody, good",
            "/slow/closed, error", "/slow/closed, cut", "/slow/closed, garbage", "/slow/brief, hang",
            "/slow/nobody, good"})
    void withoutItsAnswerNobodyComesIn(String path, String token) {
        try (AccessLines access = new AccessLines()) {
            assertThat(get(path, token).statusCode()).isEqualTo(503);
            await().until(() -> access.lines().stream()
                    .anyMatch(line -> line.contains("reason=credentials-unchecked")));
        }
    }

    @ParameterizedTest
    @CsvSource({"/open, error", "/open, cut", "/open, garbage", "/briefopen, hang", "/slow/open, error",
            "/slow/open, cut", "/slow/open, garbage", "/slow/briefopen, hang"})
    void orEverybodyWhereTheRouteSaysSo(String path, String token) {
        HttpResponse<String> answer = get(path, token);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("eve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aClientThatLeavesIsNotAskedFor(String slow) throws IOException {
        int before = LEFT.get();
        ASKED.clear();
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET " + slow + "/closed HTTP/1.1\r\nHost: x\r\nX-Token: hang\r\n\r\n");
            await().until(() -> !ASKED.isEmpty());
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> LEFT.get() > before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void connectionsToItAreUsedAgain(String slow) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            int before = CONNECTIONS.get();
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                requests.append("GET ").append(slow)
                        .append("/closed HTTP/1.1\r\nHost: x\r\nX-Token: good\r\n")
                        .append(i == 19 ? "Connection: close\r\n" : "").append("\r\n");
            }
            assertThat(client.send(requests.toString()).readAll().split("HTTP/1.1 200 ")).hasSize(21);
            assertThat(CONNECTIONS.get() - before).isLessThan(5);
        }
    }

    /** Nobody but who has logged in may use such a connection, and a question has no next one. */
    @ParameterizedTest
    @CsvSource({"'', negotiate, Custom abc", "'', good, Negotiate abc", "/slow, negotiate, Custom abc",
            "/slow, good, Negotiate abc"})
    void connectionsOfLoginsAreNotKept(String slow, String token, String login) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send("GET " + slow + "/closed HTTP/1.1\r\nHost: x\r\nX-Token: " + token
                        + "\r\nAuthorization: " + login + "\r\n\r\n").message())
                        .startsWith("HTTP/1.1 " + (token.equals("good") ? "200 " : "401 "));
            }
            await().untilAsserted(() -> assertThat(SERVICE.open()).isLessThan(10));
        }
    }
}
