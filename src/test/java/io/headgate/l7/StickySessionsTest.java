package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Sticky sessions over real sockets, whichever lane serves a request. */
@ExtendWith(OutputCaptureExtension.class)
class StickySessionsTest {

    private static final String KEY = key('k');
    private static final String OTHER = key('o');

    private final NotingMember a = new NotingMember("a");
    private final NotingMember b = new NotingMember("b");
    private final NotingMember c = new NotingMember("c");

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void close() throws Exception {
        a.close();
        b.close();
        c.close();
    }

    private static String key(char of) {
        return Base64.getEncoder().encodeToString(Character.toString(of).repeat(32).getBytes(
                StandardCharsets.US_ASCII));
    }

    private String yaml(boolean fast, String sticky, String more) {
        return yaml(fast, sticky, more, member(a, "a") + ", " + member(b, "b") + ", " + member(c, "c"));
    }

    private static String member(NotingMember member, String id) {
        return "{ id: " + id + ", address: \"" + member.address() + "\" }";
    }

    private static String yaml(boolean fast, String sticky, String more, String members) {
        return """
                headgate:
                  fast-path.enabled: %s
                  reload.watch: false
                  pools:
                    web:
                      members: [ %s ]
                      health: { check: none }
                      sticky: { cookie: %s }
                      drain-timeout: 2s
                %s
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(fast, members, sticky, more);
    }

    private static String sticky(String key) {
        return "  sticky: { key: \"" + key + "\" }";
    }

    private static List<String> ours(HttpResponse<String> answer) {
        return answer.headers().allValues("set-cookie").stream().filter(line -> !line.startsWith("own="))
                .toList();
    }

    private static String cookie(HttpResponse<String> answer) {
        assertThat(ours(answer)).hasSize(1);
        String line = ours(answer).getFirst();
        return line.substring(0, line.indexOf(';'));
    }

    /** The cookie of each member, by the member's name. */
    private static Map<String, String> cookies(TestGateway gateway, int members) {
        Map<String, String> cookies = new HashMap<>();
        for (int i = 0; cookies.size() < members; i++) {
            HttpResponse<String> answer = gateway.get("/");
            cookies.put(answer.body(), cookie(answer));
            assertThat(i).isLessThan(100);
        }
        return cookies;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionStaysWithTheMemberOfItsFirstAnswer(boolean fast) {
        try (TestGateway gateway = TestGateway.start(yaml(fast, "S", sticky(KEY)))) {
            assertThat(gateway.manage("/actuator/lanes").body()).contains(fast ? "\"fast\"" : "\"slow\"");
            HttpResponse<String> first = gateway.get("/");
            assertThat(ours(first)).singleElement().asString()
                    .matches("S=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; SameSite=Lax");
            assertThat(first.headers().allValues("set-cookie")).contains("own=1");
            for (int i = 0; i < 10; i++) {
                HttpResponse<String> next = gateway.get("/", "Cookie", "x=1; " + cookie(first) + "; y=2");
                assertThat(next.body()).isEqualTo(first.body());
                assertThat(ours(next)).as("only when it changes").isEmpty();
            }
            Map<String, String> cookies = cookies(gateway, 3);
            assertThat(new HashSet<>(cookies.values())).hasSize(3);
            cookies.forEach((name, value) -> assertThat(gateway.get("/", "Cookie", value).body())
                    .isEqualTo(name));
        }
        Set<String> all = new HashSet<>(a.heads());
        all.addAll(b.heads());
        all.addAll(c.heads());
        assertThat(all).as("members do not see the cookie").noneMatch(head -> head.contains("S="))
                .anySatisfy(head -> assertThat(head).containsIgnoringCase("cookie: x=1; y=2\n"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsTamperedWithStaleOrUnknownIsReplaced(boolean fast) {
        try (TestGateway gateway = TestGateway.start(yaml(fast, "S", sticky(KEY)))) {
            Map<String, String> cookies = cookies(gateway, 3);
            String good = cookies.getOrDefault("a", "");
            char last = good.charAt(good.length() - 1);
            String tampered = good.substring(0, good.length() - 1) + (last == 'A' ? 'Q' : 'A');
            for (String bad : List.of(tampered, "S=", "S=\"\"", "S=a", "S=" + a.address(), good + "=",
                    "S=%00%0d%0a", "S=" + "x".repeat(4000), "S", ";;;S==;", "s=" + good.substring(2),
                    "S=\u00e4", "SS=" + good.substring(2), "x=S=" + good.substring(2))) {
                HttpResponse<String> answer = gateway.get("/", "Cookie", bad);
                assertThat(answer.statusCode()).as(bad).isEqualTo(200);
                assertThat(cookies).as(bad).containsEntry(answer.body(), cookie(answer));
            }
            HttpResponse<String> second = gateway.get("/", "Cookie", "S=junk; " + good);
            assertThat(second.body()).as("the first that is good").isEqualTo("a");
            assertThat(gateway.get("/", "Cookie", "S=\"" + good.substring(2) + "\"").body()).isEqualTo("a");
            assertThat(gateway.get("/", "Cookie", " S = " + good.substring(2) + " ").body()).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDrainingMemberServesItsSessionsUntilItsTimeIsUpAndOneInMaintenanceDoesNot(boolean fast) {
        try (TestGateway gateway = TestGateway.start(yaml(fast, "S", sticky(KEY)))) {
            Map<String, String> cookies = cookies(gateway, 3);
            String toA = cookies.getOrDefault("a", "");
            operate(gateway, "a", "{\"state\": \"drain\"}");
            assertThat(gateway.get("/", "Cookie", toA).body()).isEqualTo("a");
            for (int i = 0; i < 9; i++) {
                assertThat(gateway.get("/").body()).isNotEqualTo("a");
            }
            Awaitility.await().until(() -> !gateway.get("/", "Cookie", toA).body().equals("a"));
            HttpResponse<String> moved = gateway.get("/", "Cookie", toA);
            assertThat(cookies).containsEntry(moved.body(), cookie(moved));
            operate(gateway, "a", "{\"state\": \"ready\", \"weight\": \"0\"}");
            assertThat(gateway.get("/", "Cookie", toA).body()).as("weight 0: nothing new").isEqualTo("a");
            operate(gateway, "a", "{\"state\": \"maintenance\"}");
            assertThat(gateway.get("/", "Cookie", toA).body()).isNotEqualTo("a");
        }
    }

    private static void operate(TestGateway gateway, String member, String command) {
        assertThat(gateway.command("/actuator/pools/web/members/" + member, command).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRetryThatGoesElsewhereTakesTheSessionWithIt(boolean fast) throws Exception {
        try (TestGateway gateway = TestGateway.start(yaml(fast, "S", sticky(KEY)))) {
            Map<String, String> cookies = cookies(gateway, 3);
            a.close();
            HttpResponse<String> moved = gateway.get("/", "Cookie", cookies.getOrDefault("a", ""));
            assertThat(moved.body()).isIn("b", "c");
            assertThat(cookies).containsEntry(moved.body(), cookie(moved));
            HttpResponse<String> next = gateway.get("/", "Cookie", cookie(moved));
            assertThat(next.body()).isEqualTo(moved.body());
            assertThat(ours(next)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRetryFilterGivesOneCookieForTheMemberThatAnswered(boolean fast) {
        a.answers(503);
        b.answers(503);
        String routes = yaml(fast, "S", sticky(KEY)).replace("predicates:",
                "filters: [ \"Retry=5,SERVICE_UNAVAILABLE\" ], predicates:");
        try (TestGateway gateway = TestGateway.start(routes)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = gateway.get("/");
                assertThat(answer.body()).isEqualTo("c");
                assertThat(gateway.get("/", "Cookie", cookie(answer)).body()).isEqualTo("c");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyReplicaReadsTheCookiesOfTheOthersWithTheSameKey(boolean fast) {
        try (TestGateway one = TestGateway.start(yaml(fast, "S", sticky(KEY)));
                TestGateway two = TestGateway.start(yaml(fast, "S", sticky(KEY)));
                TestGateway stranger = TestGateway.start(yaml(fast, "S", sticky(OTHER)))) {
            Map<String, String> cookies = cookies(one, 3);
            assertThat(cookies(two, 3)).isEqualTo(cookies);
            cookies.forEach((name, value) -> {
                assertThat(two.get("/", "Cookie", value).body()).isEqualTo(name);
                assertThat(ours(stranger.get("/", "Cookie", value))).hasSize(1);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReloadKeepsSessionsAndANewKeyReplacesTheOldOneLittleByLittle(boolean fast) throws Exception {
        Path file = folder.resolve("application.yml");
        Path key = folder.resolve("key");
        Files.writeString(key, KEY + "\n");
        Files.writeString(file, yaml(fast, "S", sticky("file:" + key)));
        try (TestGateway gateway = TestGateway.start(file, "--server.port=0",
                "--management.server.port=0")) {
            Map<String, String> cookies = cookies(gateway, 3);
            Files.writeString(file, yaml(fast, "S", sticky("file:" + key),
                    member(c, "c") + ", " + member(a, "a")));
            reload(gateway, "applied");
            assertThat(gateway.get("/", "Cookie", cookies.getOrDefault("a", "")).body()).isEqualTo("a");
            assertThat(gateway.get("/", "Cookie", cookies.getOrDefault("c", "")).body()).isEqualTo("c");
            assertThat(ours(gateway.get("/", "Cookie", cookies.getOrDefault("b", "")))).hasSize(1);
            Files.writeString(file, yaml(fast, "S", sticky("file:" + key)));
            reload(gateway, "applied");
            assertThat(cookies(gateway, 3)).as("back again").isEqualTo(cookies);
            reload(gateway, "unchanged");
            Files.writeString(file, yaml(fast, "S", "  sticky: { key: \"" + OTHER + "\", old-keys: [ \"file:"
                    + key + "\" ] }"));
            reload(gateway, "headgate.sticky");
            cookies.forEach((name, old) -> {
                HttpResponse<String> answer = gateway.get("/", "Cookie", old);
                assertThat(answer.body()).as("still good").isEqualTo(name);
                assertThat(cookie(answer)).as("signed anew").isNotEqualTo(old);
                assertThat(gateway.get("/", "Cookie", cookie(answer)).body()).isEqualTo(name);
            });
            Files.writeString(file, yaml(fast, "S", sticky("short")));
            assertThat(gateway.command("/actuator/reload", "").body()).contains("refused", "(not shown)")
                    .doesNotContain("short\"");
            Files.writeString(file, yaml(fast, "S", sticky(OTHER)));
            reload(gateway, "headgate.sticky");
            cookies.forEach((name, old) -> assertThat(ours(gateway.get("/", "Cookie", old))).hasSize(1));
        }
    }

    private static void reload(TestGateway gateway, String expected) {
        assertThat(gateway.command("/actuator/reload", "").body()).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attributesAreThePools(boolean fast, CapturedOutput output) {
        String cookie = "{ name: __Secure-S, path: /shop, domain: example.org, secure: true, "
                + "http-only: false, same-site: none, max-age: 10m }";
        try (TestGateway gateway = TestGateway.start(yaml(fast, cookie, ""))) {
            assertThat(ours(gateway.get("/"))).singleElement().asString().matches(
                    "__Secure-S=[A-Za-z0-9_-]{22}; Path=/shop; Domain=example.org; Max-Age=600; Secure; "
                            + "SameSite=None");
            assertThat(output.getOut()).containsOnlyOnce("headgate.sticky.key is not set");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMemberThatMovesKeepsItsSessionsAndAnAnswerOfOursHasNoCookie(boolean fast) throws Exception {
        Path file = folder.resolve("application.yml");
        Files.writeString(file, yaml(fast, "{}", sticky(KEY), member(a, "x")));
        try (TestGateway gateway = TestGateway.start(file, "--server.port=0",
                "--management.server.port=0")) {
            String toX = cookie(gateway.get("/"));
            assertThat(toX).startsWith("headgate-web=");
            Files.writeString(file, yaml(fast, "{}", sticky(KEY), member(c, "y") + ", " + member(b, "x")));
            reload(gateway, "applied");
            assertThat(gateway.get("/", "Cookie", toX).body()).as("the id at its new address").isEqualTo("b");
            operate(gateway, "x", "{\"state\": \"maintenance\"}");
            operate(gateway, "y", "{\"state\": \"maintenance\"}");
            HttpResponse<String> refused = gateway.get("/", "Cookie", toX);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(ours(refused)).isEmpty();
        }
    }
}
