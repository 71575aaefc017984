package io.headgate.config.reload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.LogLines;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SuppressWarnings("NullAway.Init") // before each test
class ReloadTest {

    private static final String RELOAD = "/actuator/reload";

    @TempDir
    private Path folder;
    private Path file = Path.of("");
    private final RawServer blue = new RawServer(RawServer.answering("blue"));
    private final RawServer green = new RawServer(RawServer.answering("green"));
    private final RawServer echo = new RawServer(
            RawServer.ECHO);
    private final int listening = Ports.free();
    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("application.yml");
        Files.writeString(file, base("", ""));
        gateway = TestGateway.start(file, "--server.port=0", "--management.server.port=0",
                "--headgate.reload.watch=false");
        Awaitility.await().until(() -> gateway.get("/blue").statusCode() == 200);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        blue.close();
        green.close();
        echo.close();
    }

    private String base(String pools, String routes) {
        return """
                headgate:
                  pools:
                    blue: { members: [ "%s" ] }
                    echo: { members: [ "127.0.0.1:%d" ] }
                %s
                  listeners:
                    echo: { bind: "127.0.0.1:%d", pool: echo }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: blue, uri: "lb://blue", predicates: [ "Path=/blue" ] }
                %s
                """.formatted(blue.address(), echo.port(), pools, listening, routes);
    }

    private String withGreen() {
        return base("    green: { members: [ \"" + green.address() + "\" ] }",
                "  - { id: green, uri: \"lb://green\", predicates: [ \"Path=/green\" ] }");
    }

    @Test
    void whatIsNewIsServedWhenTheAnswerComesAndTheAnswerSaysWhatChanged() throws Exception {
        assertThat(gateway.get("/green").statusCode()).isEqualTo(404);
        Files.writeString(file, withGreen());
        try (LogLines audit = new LogLines("headgate.audit")) {
            JsonNode answer = json(gateway.command(RELOAD, "{\"reason\": \"more\"}"));
            assertThat(answer.get("result").asString()).isEqualTo("applied");
            assertThat(answer.get("pools").toString()).isEqualTo(
                    "{\"added\":[\"green\"],\"removed\":[],\"changed\":[]}");
            assertThat(answer.at("/routes/added/0").asString()).isEqualTo("green");
            assertThat(answer.get("listeners").toString()).isEqualTo(
                    "{\"added\":[],\"removed\":[],\"changed\":[]}");
            assertThat(gateway.get("/green").body()).isEqualTo("green");
            assertThat(audit.lines()).singleElement().asString().contains("who=admin", "what=configuration",
                    "reason=more", "green");
        }
        Files.writeString(file, base("", ""));
        assertThat(json(gateway.command(RELOAD, "")).at("/pools/removed/0").asString()).isEqualTo("green");
        assertThat(gateway.get("/green").statusCode()).isEqualTo(404);
        Awaitility.await().until(() -> !gateway.manage("/actuator/pools").body().contains("green"));
        assertThat(json(gateway.command(RELOAD, "")).get("result").asString()).isEqualTo("unchanged");
    }

    /** The pool is written as before: only the listener that leads to it is not. */
    @Test
    void checksBeginLikeTheConnectionsOfAListenerThatHasChanged() throws Exception {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        RawServer member = new RawServer(socket -> {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            heard.add(String.valueOf(in.readLine()));
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(US_ASCII));
        });
        try (member) {
            String pool = """
                        checked:
                          members: [ "127.0.0.1:%d" ]
                          health: { check: http, interval: 50ms, fast-interval: 50ms }
                    """.formatted(member.port());
            String listener = "headgate.listeners.checked: { bind: \"127.0.0.1:"
                    + Ports.free() + "\", pool: checked%s }";
            Files.writeString(file, base(pool, listener.formatted("")));
            assertThat(json(gateway.command(RELOAD, "")).get("result").asString()).isEqualTo("applied");
            Awaitility.await().until(() -> heard.stream().anyMatch(line -> line.startsWith("GET ")));
            Files.writeString(file, base(pool, listener.formatted(", proxy-protocol: { send: v1 }")));
            JsonNode answer = json(gateway.command(RELOAD, ""));
            assertThat(answer.at("/listeners/changed/0").asString()).isEqualTo("checked");
            assertThat(answer.get("pools").toString()).isEqualTo(
                    "{\"added\":[],\"removed\":[],\"changed\":[]}");
            Awaitility.await().until(() -> heard.stream().anyMatch(line -> line.startsWith("PROXY ")));
        }
    }

    @Test
    void aReloadNeedsNeitherBodyNorContentType() {
        assertThat(gateway
                .command(HttpRequest.newBuilder().POST(BodyPublishers.noBody()), RELOAD, "Authorization",
                        TestGateway.CREDENTIALS)
                .statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsUnchangedIsNotTouched() throws Exception {
        String path = "/actuator/pools/blue/members/" + blue.address();
        assertThat(gateway.command(path, "{\"weight\": 7, \"reason\": \"trial\"}").statusCode())
                .isEqualTo(200);
        String before = gateway.manage("/actuator/pools/blue").body();
        String listener = gateway.manage("/actuator/listeners/echo").body();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening)) {
            echoes(socket);
            Files.writeString(file, withGreen());
            assertThat(gateway.command(RELOAD, "").statusCode()).isEqualTo(200);
            echoes(socket);
        }
        assertThat(members(gateway.manage("/actuator/pools/blue").body())).isEqualTo(members(before));
        assertThat(gateway.manage("/actuator/listeners/echo").body()).contains("\"accepted\":1")
                .contains("\"bind\":\"127.0.0.1:" + listening);
        assertThat(listener).contains("\"accepted\":0");
    }

    @Test
    void aBadCandidateIsRefusedWithEveryFaultAndTheLastGoodOneServes() throws Exception {
        Files.writeString(file,
                withGreen().replace("lb://green", "lb://grene").replace("Path=/blue", "Pth=/b"));
        HttpResponse<String> answer = gateway.command(RELOAD, "");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).get("faults").size()).isEqualTo(2);
        assertThat(answer.body()).contains("lb://grene", "Did you mean Path?", "application.yml:");
        assertThat(gateway.get("/blue").body()).isEqualTo("blue");
        assertThat(gateway.manage("/actuator/pools").body()).doesNotContain("green");
        JsonNode health = json(gateway.manage("/actuator/health"));
        assertThat(health.at("/components/configuration/status").asString()).isEqualTo("DEGRADED");
        assertThat(health.at("/components/configuration/details/faults").size()).isEqualTo(2);
        assertThat(gateway.manage("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(gateway.manage("/actuator/health/readiness").body()).contains("UP");
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_reloads_total{result=\"refused\"} 1.0");
        Files.writeString(file, withGreen());
        assertThat(gateway.command(RELOAD, "").statusCode()).isEqualTo(200);
        assertThat(json(gateway.manage("/actuator/health")).at("/components/configuration/status").asString())
                .isEqualTo("UP");
    }

    @Test
    void aPortThatIsTakenRefusesTheWhole() throws Exception {
        String more = withGreen().replace("  listeners:\n",
                "  listeners:\n    more: { bind: \"127.0.0.1:" + echo.port() + "\", pool: echo }\n");
        Files.writeString(file, more);
        HttpResponse<String> answer = gateway.command(RELOAD, "");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("headgate.listeners.more.bind", "in use");
        assertThat(gateway.get("/green").statusCode()).isEqualTo(404);
        assertThat(gateway.manage("/actuator/listeners").body()).doesNotContain("more");
    }

    @Test
    void aPortThatAnotherListenerOfOursHasIsToldWithItsName() throws IOException {
        Files.writeString(file, base("", "").replace("echo: { bind: \"127.0.0.1:" + listening,
                "all: { bind: \"0.0.0.0:" + listening));
        HttpResponse<String> answer = gateway.command(RELOAD, "");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("headgate.listeners.all.bind",
                "Headgate's own listener echo has this port");
    }

    @Test
    void listenersComeAndGo() throws Exception {
        int other = Ports.free();
        Files.writeString(file, base("", "").replace("echo: { bind: \"127.0.0.1:" + listening,
                "other: { bind: \"127.0.0.1:" + other));
        JsonNode answer = json(gateway.command(RELOAD, ""));
        assertThat(answer.at("/listeners/added/0").asString()).isEqualTo("other");
        assertThat(answer.at("/listeners/removed/0").asString()).isEqualTo("echo");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), other)) {
            echoes(socket);
        }
        Awaitility.await().until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening)) {
                return socket.getInputStream().read() < 0;
            } catch (ConnectException e) {
                return true;
            }
        });
    }

    @Test
    void aPoolWhoseOnlyMemberIsReplacedServesAllTheTime() throws Exception {
        for (int i = 0; i < 6; i++) {
            RawServer now = i % 2 == 0 ? green : blue;
            Files.writeString(file, base("", "").replace(blue.address(), now.address()));
            JsonNode answer = json(gateway.command(RELOAD, ""));
            assertThat(answer.at("/pools/changed/0").asString()).isEqualTo("blue");
            assertThat(gateway.get("/blue").body()).isEqualTo(i % 2 == 0 ? "green" : "blue");
        }
    }

    @Test
    void limitsAndForwardedHeadersAndDefaultFiltersChangeToo() throws Exception {
        Files.writeString(file, base("", "").replace("  listeners:",
                "  client: { max-body-size: 1B }\n  forwarded: { trusted: [ 127.0.0.1/32 ] }\n  listeners:")
                + "spring.cloud.gateway.server.webflux.default-filters: [ \"AddResponseHeader=X-New, yes\" ]\n");
        JsonNode answer = json(gateway.command(RELOAD, ""));
        assertThat(answer.get("settings").toString()).contains("headgate.client", "headgate.forwarded",
                "default-filters");
        assertThat(ask("GET /blue HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).contains(" 200 ")
                .containsIgnoringCase("X-New: yes");
        assertThat(ask("POST /blue HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxx"))
                .contains(" 413 ");
    }

    @Test
    void whatCannotChangeIsReportedUntilItIsAsAtTheStart() throws Exception {
        Files.writeString(file, base("", "") + "management.endpoints.web.base-path: /manage\n"
                + "server.netty.initial-buffer-size: 256B\n");
        JsonNode answer = json(gateway.command(RELOAD, ""));
        assertThat(answer.get("result").asString()).isEqualTo("unchanged");
        assertThat(answer.get("needsRestart").toString())
                .isEqualTo("[\"management.endpoints.web.base-path\",\"server.netty.initial-buffer-size\"]");
        Files.writeString(file, base("", ""));
        assertThat(json(gateway.command(RELOAD, "")).get("needsRestart").isEmpty()).isTrue();
    }

    @Test
    void filesThatAreGoneEmptyOrBrokenAreRefused() throws Exception {
        Files.delete(file);
        assertThat(gateway.command(RELOAD, "")).satisfies(
                answer -> assertThat(answer.statusCode()).isEqualTo(422),
                answer -> assertThat(answer.body()).contains("spring.config.location"));
        Files.writeString(file, "");
        assertThat(gateway.command(RELOAD, "").body()).contains("empty");
        Files.writeString(file, "headgate: { pools: [");
        assertThat(gateway.command(RELOAD, "").body()).contains("YAML");
        Files.writeString(file, base("", "").substring(0, base("", "").indexOf("listeners")));
        assertThat(gateway.command(RELOAD, "").statusCode()).isIn(200, 422);
        Files.writeString(file, base("", ""));
        assertThat(gateway.command(RELOAD, "").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/blue").body()).isEqualTo("blue");
    }

    /** On a connection of its own. */
    private String ask(String request) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            return client.send(request).readAll();
        }
    }

    private static void echoes(Socket socket) throws IOException {
        socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private static String members(String pool) {
        return pool.replaceAll("\"lastCheck\":\\{[^}]*}", "");
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.body()).isNotEmpty();
        return new JsonMapper().readTree(answer.body());
    }
}
