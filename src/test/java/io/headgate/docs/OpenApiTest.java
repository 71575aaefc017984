package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/openapi.yaml says what the management port does. */
class OpenApiTest {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    @TempDir
    private static Path folder;
    private static JsonNode document;
    private static RawServer member;
    private static Path file;
    private static TestGateway gateway;
    private static int listening;

    @BeforeAll
    static void start() throws IOException {
        document = MAPPER.valueToTree(new Yaml().load(Files.readString(Path.of("docs/openapi.yaml"))));
        member = new RawServer(RawServer.ECHO);
        listening = Ports.free();
        file = Files.writeString(folder.resolve("application.yml"), yaml("orders"));
        gateway = TestGateway.start(file, "--server.port=0", "--management.server.port=0",
                "--headgate.reload.watch=false");
    }

    private static String yaml(String pool) {
        return """
                headgate:
                  pools:
                    orders: { members: [ { id: a, address: "127.0.0.1:%1$d" } ] }
                  listeners.echo: { bind: "127.0.0.1:%2$d", pool: orders }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fast, uri: "lb://%3$s", predicates: [ "Path=/a" ] }
                  - { id: slow, uri: "lb://orders", predicates: [ "Path=/b" ], filters: [ SaveSession ] }
                """.formatted(member.port(), listening, pool);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @Test
    void everyCallThatIsMappedIsThereAndNoOther() {
        Set<String> documented = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(method -> METHODS.contains(method.getKey()))
                .forEach(method -> documented
                        .add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> mapped = gateway.managementMappings().keySet().stream()
                .flatMap(info -> info.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> info.getPatternsCondition().getPatterns().stream()
                                .map(pattern -> method + " " + pattern.getPatternString())))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).allSatisfy(call -> assertThat(mapped).as(call)
                .anyMatch(mapping -> fits(call, mapping)));
        assertThat(mapped).allSatisfy(mapping -> assertThat(documented).as(mapping)
                .anyMatch(call -> fits(call, mapping)));
    }

    /** {@code {*path}} takes everything below. */
    private static boolean fits(String call, String mapping) {
        return call.matches(mapping.replaceAll("/\\{\\*\\w+}", "/.+").replaceAll("\\{\\w+}", "[^/]+"));
    }

    @Test
    void readsAnswerWithTheFieldsThatAreDescribed() throws Exception {
        try (Wire client = new Wire(listening)) {
            client.send("x").readUntil("x");
            Awaitility.await().until(() -> gateway.manage("/actuator/pools").body().contains("lastCheck"));
            for (String path : Set.of("/actuator/pools", "/actuator/pools/{pool}", "/actuator/listeners",
                    "/actuator/listeners/{listener}", "/actuator/listeners/{listener}/connections",
                    "/actuator/lanes", "/actuator/cache")) {
                HttpResponse<String> answer = gateway
                        .manage(path.replace("{pool}", "orders").replace("{listener}", "echo"));
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                described("get", path, answer);
            }
            assertThat(gateway.manage("/actuator/listeners/echo/connections").body())
                    .contains("\"member\":\"a\"");
        }
        described("get", "/actuator/pools/{pool}", gateway.manage("/actuator/pools/none"));
        described("get", "/actuator/listeners/{listener}", gateway.manage("/actuator/listeners/none"));
        described("get", "/actuator/listeners/{listener}/connections",
                gateway.manage("/actuator/listeners/none/connections"));
    }

    @Test
    void writesAnswerWithTheStatusAndTheFieldsThatAreDescribed() throws Exception {
        String path = "/actuator/pools/{pool}/members/{member}";
        assertThat(member("a", "{\"state\": \"ready\", \"weight\": 2}")).isEqualTo(200);
        assertThat(member("a", "{\"state\": \"of\"}")).isEqualTo(400);
        assertThat(member("b", "{\"state\": \"ready\"}")).isEqualTo(404);
        assertThat(member("a", "{\"reason\": \"" + "x".repeat(20_000) + "\"}")).isEqualTo(413);
        assertThat(closing("a", "{\"close\": \"all\", \"reason\": \"moved\"}")).isEqualTo(200);
        assertThat(closing("a", "{\"close\": \"some\"}")).isEqualTo(400);
        assertThat(closing("b", "{\"close\": \"all\"}")).isEqualTo(404);
        assertThat(listener("", "{\"state\": \"paused\"}")).isEqualTo(200);
        assertThat(listener("", "{\"state\": \"running\", \"reason\": \"back\"}")).isEqualTo(200);
        assertThat(listener("", "{\"state\": \"of\"}")).isEqualTo(400);
        assertThat(listener("/connections", "{\"close\": \"all\"}")).isEqualTo(200);
        assertThat(listener("/connections", "{\"close\": \"4711\"}")).isEqualTo(404);
        described("post", "/actuator/pools/{pool}",
                gateway.command("/actuator/pools/orders", "{\"state\": \"ready\"}"));
        for (String target : Set.of("/actuator/pools/{pool}", path, path + "/connections", "/actuator/reload",
                "/actuator/cache",
                "/actuator/listeners/{listener}",
                "/actuator/listeners/{listener}/connections")) {
            assertThat(plain(target)).isEqualTo(401);
            assertThat(plain(target, "Origin", "http://evil.example")).isEqualTo(403);
            assertThat(plain(target, "Content-Type", "text/plain")).isEqualTo(415);
        }
        String cache = "/actuator/cache";
        described("post", cache, gateway.command(cache, "{\"all\": \"yes\", \"reason\": \"none\"}"));
        described("post", cache, gateway.command(cache, "{\"url\": \"a\", \"tag\": \"b\"}"));
        String reload = "/actuator/reload";
        described("post", reload, gateway.command(reload, "{\"reason\": \"none\"}"));
        Files.writeString(file, yaml("nowhere"));
        HttpResponse<String> refused = gateway.command(reload, "");
        assertThat(refused.statusCode()).isEqualTo(422);
        described("post", reload, refused);
    }

    private static int member(String name, String body) {
        HttpResponse<String> answer = gateway.command("/actuator/pools/orders/members/" + name, body);
        described("post", "/actuator/pools/{pool}/members/{member}", answer);
        return answer.statusCode();
    }

    private static int closing(String member, String body) {
        HttpResponse<String> answer = gateway
                .command("/actuator/pools/orders/members/" + member + "/connections", body);
        described("post", "/actuator/pools/{pool}/members/{member}/connections", answer);
        return answer.statusCode();
    }

    private static int listener(String below, String body) {
        HttpResponse<String> answer = gateway.command("/actuator/listeners/echo" + below, body);
        described("post", "/actuator/listeners/{listener}" + below, answer);
        return answer.statusCode();
    }

    private static int plain(String path, String... headers) {
        HttpResponse<String> answer = gateway.command(
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("{}")),
                path.replace("{pool}", "orders").replace("{member}", "a").replace("{listener}", "echo"),
                headers);
        described("post", path, answer);
        return answer.statusCode();
    }

    private static void described(String method, String path, HttpResponse<String> answer) {
        JsonNode response = JsonSchema.resolve(document, document.path("paths").path(path).path(method)
                .path("responses").path(Integer.toString(answer.statusCode())));
        assertThat(response.isMissingNode()).as("%s %s %d", method, path, answer.statusCode()).isFalse();
        JsonNode schema = response.path("content").path("application/json").path("schema");
        assertThat(JsonSchema.faults(document, schema, MAPPER.readTree(answer.body())))
                .as("%s %s: %s", method, path, answer.body()).isEmpty();
    }
}
