package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pages in the place of errors: below / on the fast lane, below /slow on the slow one. */
@SuppressWarnings("NullAway.Init") // before all tests
class ErrorPagesTest {

    private static final String HTML = "<h1>{{status}} {{title}}</h1><p>{{reason}}: {{detail}} ({{request-id}})";
    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
    private static final AtomicInteger ASKED = new AtomicInteger();

    @TempDir
    private static Path folder;
    private static RawServer member;
    private static Path configuration;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("sorry.html"), HTML);
        Files.writeString(folder.resolve("sorry.json"),
                "{\"code\":{{status}},\"why\":\"{{reason}}\",\"id\":\"{{request-id}}\"}");
        Files.writeString(folder.resolve("lost.html"), "<p>nothing here, {{ status }}");
        member = new RawServer(ErrorPagesTest::serve);
        StringBuilder routes = new StringBuilder();
        for (String slow : List.of("", "/slow")) {
            Files.writeString(folder.resolve("own" + slow.length() + ".html"), "<p>first");
            routes.append(
                    """
                              - { id: "dead%1$s", uri: "lb://dead", predicates: [ "Path=%1$s/dead" ],
                                  filters: [ %2$s"ErrorPages=5xx, %3$s/sorry.html, %3$s/sorry.json" ] }
                              - { id: "plain%1$s", uri: "lb://members", predicates: [ "Path=%1$s/plain/**" ],
                                  filters: [ %2$s"ErrorPages=400-599, %3$s/sorry.html" ] }
                              - { id: "ours%1$s", uri: "lb://members", predicates: [ "Path=%1$s/all/**" ],
                                  filters: [ %2$s{ name: ErrorPages, args: { statuses: 400-599, html: %3$s/own%4$d.html, members: true } },
                                             { name: ErrorPages, args: { statuses: 404, html: %3$s/lost.html, members: true } },
                                             { name: ErrorPages, args: { statuses: 500, html: %3$s/sorry.html,
                                               json: %3$s/sorry.json, members: true } } ] }
                              - { id: "cached%1$s", uri: "lb://members", predicates: [ "Path=%1$s/cached/**" ],
                                  filters: [ %2$s{ name: ErrorPages, args: { statuses: 404, html: %3$s/sorry.html,
                                               members: true } }, "Cache" ] }
                              - { id: "basic%1$s", uri: "lb://members", predicates: [ "Path=%1$s/basic" ],
                                  filters: [ %2$s{ name: BasicAuth, args: { users: "%5$s" } },
                                             "ErrorPages=4xx, %3$s/sorry.html" ] }
                              - { id: "text%1$s", uri: "no://op", predicates: [ "Path=%1$s/text" ],
                                  filters: [ %2$s"ErrorPages=5xx, %3$s/sorry.html", "Respond=503, back soon" ] }
                              - { id: "bare%1$s", uri: "no://op", predicates: [ "Path=%1$s/bare" ],
                                  filters: [ %2$s"ErrorPages=5xx, %3$s/sorry.html", "Respond=503" ] }
                            """
                            .formatted(slow, slow.isEmpty() ? "" : "SaveSession, ", folder, slow.length(),
                                    "a:" + new BCryptPasswordEncoder(4).encode("x")));
        }
        configuration = folder.resolve("application.yml");
        Files.writeString(configuration, """
                server.port: 0
                management.server.port: 0
                ---
                headgate:
                  access-log.enabled: true
                  forwarded.request-id: true
                  reload.watch: false
                  pools:
                    members: { members: [ "%1$s" ], health.check: none }
                    dead: { members: [ "127.0.0.1:%2$d" ], health.check: none }
                  error-pages:
                    - { statuses: "404", html: "%3$s/lost.html" }
                    - { statuses: 4xx, html: "%3$s/sorry.html" }
                spring.cloud.gateway.server.webflux.routes:
                """.formatted(member.address(), TestGateway.freePort(), folder) + routes);
        gateway = TestGateway.start(configuration);
        await().atMost(Duration.ofSeconds(60)).until(() -> gateway.get("/all/200").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        member.close();
    }

    /** The last segment of the path says what is answered. */
    private static void serve(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            String what = head.replaceAll("(?s)^\\S+ \\S*/(\\S+) .*", "$1");
            ASKED.incrementAndGet();
            switch (what) {
                case "chunked" -> RawServer.write(socket, "HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n"
                        + "Trailer: X-T\r\n\r\n3\r\nabc\r\n0\r\nX-T: t\r\n\r\n");
                case "endless" -> {
                    RawServer.write(socket, "HTTP/1.1 500 Bad\r\nContent-Length: 9999999999\r\n\r\n");
                    while (!Thread.interrupted()) { // until the connection is closed
                        RawServer.write(socket, "x".repeat(10_000));
                    }
                }
                case "broken" -> {
                    RawServer.write(socket, "HTTP/1.1 500 Bad\r\nContent-Length: 100\r\n\r\nabc");
                    return;
                }
                default -> RawServer.write(socket, "HTTP/1.1 " + what
                        + " Member\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nETag: \"a\"\r\n"
                        + "Cache-Control: max-age=60\r\n"
                        + (head.contains("/cached/") ? "" : "Set-Cookie: a=b\r\n") + "Content-Length: "
                        + (head.startsWith("HEAD") ? "7\r\n\r\n" : "6\r\n\r\nmember"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void headgatesOwnErrorsHaveThePageInTheFormThatTheClientWants(String slow) throws IOException {
        try (AccessLines access = new AccessLines()) {
            HttpResponse<String> html = gateway.get(slow + "/dead", "Accept", BROWSER);
            assertThat(html.statusCode()).isEqualTo(502);
            assertThat(html.body()).startsWith("<h1>502 Bad Gateway</h1><p>connect-failed: no member");
            assertThat(html.headers().firstValue("content-type")).hasValue("text/html; charset=UTF-8");
            assertThat(html.headers().allValues("vary")).contains("Accept");
            String id = html.body().replaceAll("(?s).*\\((.*)\\).*", "$1");
            assertThat(id).isNotBlank();
            await().until(() -> access.lines().stream().anyMatch(line -> line.contains(id)
                    && line.contains("reason=connect-failed") && line.contains("status=502")
                    && line.contains("lane=" + (slow.isEmpty() ? "fast" : "slow"))));
        }
        JsonNode json = JsonMapper.shared().readTree(gateway.get(slow + "/dead").body());
        assertThat(json.get("code").asInt()).isEqualTo(502);
        assertThat(json.get("why").asString()).isEqualTo("connect-failed");
        HttpResponse<String> neither = gateway.get(slow + "/dead", "Accept", "image/png");
        assertThat(neither.headers().firstValue("content-type")).hasValue("application/problem+json");
        try (Wire client = new Wire(gateway.port())) {
            client.send("HEAD " + slow + "/dead HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n");
            assertThat(client.head()).contains("502").containsIgnoringCase("Content-Type: text/html")
                    .containsPattern("(?i)content-length: [1-9]");
            client.send("GET " + slow + "/all/200 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 200").endsWith("member");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void membersAnswersAreReplacedWhereTheRouteSaysSo(String slow) {
        assertThat(gateway.get(slow + "/plain/404", "Accept", BROWSER).body()).isEqualTo("member");
        assertThat(gateway.get(slow + "/all/200", "Accept", BROWSER).body()).isEqualTo("member");
        HttpResponse<String> lost = gateway.get(slow + "/all/404", "Accept", BROWSER);
        assertThat(lost.body()).isEqualTo("<p>nothing here, 404"); // of the fewest statuses
        assertThat(lost.headers().firstValue("set-cookie")).hasValue("a=b");
        assertThat(lost.headers().map()).doesNotContainKeys("etag", "content-encoding");
        assertThat(gateway.get(slow + "/all/403", "Accept", BROWSER).body()).isEqualTo("<p>first");
        assertThat(gateway.get(slow + "/all/403", "Accept", "application/json").body()).isEqualTo("member");
        assertThat(gateway.get(slow + "/all/500").body()).startsWith("{\"code\":500,\"why\":\"\"");
        HttpResponse<String> head = gateway.send(
                HttpRequest.newBuilder().method("HEAD", HttpRequest.BodyPublishers.noBody()),
                slow + "/all/404");
        assertThat(head.headers().firstValue("content-length")).hasValue("20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void theMembersConnectionStaysAndTheClientsToo(String slow) throws IOException {
        gateway.get(slow + "/all/404");
        int before = member.accepted();
        try (Wire client = new Wire(gateway.port())) {
            for (String what : List.of("404", "chunked", "404", "200")) {
                client.send("GET " + slow + "/all/" + what + " HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(client.message()).endsWith(
                        what.equals("200") ? "member" : what.equals("404") ? "here, 404" : "<p>first");
            }
        }
        assertThat(member.accepted()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void anAnswerWithoutEndAndOneThatBreaksOffAreReplacedToo(String slow) throws IOException {
        for (String what : List.of("endless", "broken")) {
            try (Wire client = new Wire(gateway.port()); AccessLines access = new AccessLines()) {
                client.send("GET " + slow + "/all/" + what
                        + " HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n");
                assertThat(client.message()).startsWith("HTTP/1.1 500").contains("<h1>500 ");
                await().until(() -> access.lines().stream().anyMatch(
                        line -> line.contains("/all/" + what) && line.contains("status=500")));
                client.send("GET " + slow + "/all/200 HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(client.message()).endsWith("member");
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> member.open() <= 4);
        gateway.awaitIdle();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void whatAFilterAnswersWithoutABodyHasThePageAndItsOwnBodyStays(String slow) {
        HttpResponse<String> login = gateway.get(slow + "/basic", "Accept", BROWSER);
        assertThat(login.statusCode()).isEqualTo(401);
        assertThat(login.headers().firstValue("www-authenticate")).isPresent();
        assertThat(login.body()).startsWith("<h1>401 Unauthorized</h1><p>unauthenticated");
        assertThat(gateway.get(slow + "/text", "Accept", BROWSER).body()).isEqualTo("back soon");
        assertThat(gateway.get(slow + "/bare", "Accept", BROWSER).body())
                .startsWith("<h1>503 Service Unavailable</h1><p>filter-refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void theCacheKeepsTheMembersAnswerAndTheClientGetsThePage(String slow) {
        assertThat(gateway.get(slow + "/cached/404", "Accept", "application/json").body())
                .isEqualTo("member");
        int asked = ASKED.get();
        assertThat(gateway.get(slow + "/cached/404", "Accept", BROWSER).body()).startsWith("<h1>404 ");
        assertThat(gateway.get(slow + "/cached/404", "Accept", "application/json").body())
                .isEqualTo("member");
        assertThat(ASKED.get()).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aFilesPageIsReadAgain(String slow) throws IOException {
        Path file = folder.resolve("own" + slow.length() + ".html");
        Files.writeString(file, "{{nothing}}"); // the last good one stays
        Files.writeString(file, "<p>second");
        await().atMost(Duration.ofSeconds(60)).until(
                () -> gateway.get(slow + "/all/403", "Accept", BROWSER).body().equals("<p>second"));
        Files.writeString(file, "<p>first");
        await().atMost(Duration.ofSeconds(60)).until(
                () -> gateway.get(slow + "/all/403", "Accept", BROWSER).body().equals("<p>first"));
    }

    @Test
    void thePropertysPagesAreForAllOtherErrorsAndReadAgainOnReload() throws IOException {
        Path page = folder.resolve("lost.html");
        String before = Files.readString(page);
        String yaml = Files.readString(configuration);
        assertThat(gateway.get("/nowhere", "Accept", BROWSER).body()).isEqualTo("<p>nothing here, 404");
        try {
            Files.writeString(page, "<p>gone");
            assertThat(gateway.command("/actuator/reload", "").body()).contains("headgate.error-pages");
            assertThat(gateway.get("/nowhere", "Accept", BROWSER).body()).isEqualTo("<p>gone");
            Files.writeString(page, "{{missing}}");
            Files.writeString(configuration, yaml.replace("4xx, html: \"" + folder + "/sorry.html\"",
                    "4yx, html: \"" + folder + "/none.html\""));
            assertThat(gateway.command("/actuator/reload", "").body())
                    .contains("headgate.error-pages[0].html", "{{request-id}}",
                            "headgate.error-pages[1].statuses", "headgate.error-pages[1].html",
                            "a file that exists");
            assertThat(gateway.get("/nowhere", "Accept", BROWSER).body()).isEqualTo("<p>gone");
            Files.writeString(configuration, yaml.replace("/sorry.json", "/none.json"));
            Files.writeString(page, before);
            assertThat(gateway.command("/actuator/reload", "").body()).contains("none.json",
                    "there is no such file", "ErrorPages");
        } finally {
            Files.writeString(page, before);
            Files.writeString(configuration, yaml);
            gateway.command("/actuator/reload", "");
        }
        assertThat(gateway.get("/nowhere", "Accept", BROWSER).body()).isEqualTo("<p>nothing here, 404");
    }
}
