package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolsEndpointTest {

    private static RawServer one;
    private static RawServer two;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        one = new RawServer(RawServer.answering("one"));
        two = new RawServer(RawServer.answering("two"));
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    web:
                      members:
                        - { id: one, address: "127.0.0.1:%d" }
                        - { id: two, address: "127.0.0.1:%d", weight: 2 }
                      health: { check: none }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(one.port(), two.port()));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        one.close();
        two.close();
    }

    @AfterEach
    void undo() {
        assertThat(post("web/members/one", "{\"state\": \"ready\", \"weight\": \"default\"}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void showsEveryPoolAndMember() {
        String pools = gateway.manage("/actuator/pools").body();
        assertThat(read(pools, "$.pools[*].name")).isEqualTo(List.of("web"));
        assertThat(read(pools, "$.pools[0].members[*].id")).isEqualTo(List.of("one", "two"));
        String web = gateway.manage("/actuator/pools/web").body();
        assertThat(read(web, "$.balance")).isEqualTo("round-robin");
        assertThat(read(web, "$.members[*].state")).isEqualTo(List.of("UP", "UP"));
        assertThat(read(web, "$.members[*].weight")).isEqualTo(List.of(1, 2));
        assertThat(read(web, "$.members[0].address")).isEqualTo("127.0.0.1:" + one.port());
        assertThat(read(web, "$.members[*].inFlight")).isEqualTo(List.of(0, 0));
        assertThat(read(web, "$.members[0].verdicts.operator.value")).isEqualTo("READY");
    }

    @Test
    void aPoolThatDoesNotExistIsNotFoundAndTheOthersAreNamed() {
        HttpResponse<String> answer = gateway.manage("/actuator/pools/wbe");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(read(answer.body(), "$.error")).isEqualTo("pool: wbe (expected: one of [web])");
    }

    @Test
    void drainTakesAMemberOutAndReadyBringsItBack() {
        HttpResponse<String> answer = post("web/members/one", """
                {"state": "drain", "reason": "new kernel"}""");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(read(answer.body(), "$.state")).isEqualTo("DRAINING");
        assertThat(read(answer.body(), "$.cause")).isEqualTo("new kernel");
        for (int i = 0; i < 6; i++) {
            assertThat(gateway.get("/").body()).isEqualTo("two");
        }
        assertThat(read(post("web/members/one", "{\"state\": \"ready\"}").body(), "$.state")).isEqualTo("UP");
        assertThat(List.of(gateway.get("/").body(), gateway.get("/").body(), gateway.get("/").body()))
                .containsExactlyInAnyOrder("one", "two", "two");
    }

    @Test
    void maintenanceWithATtlEndsByItself() {
        assertThat(read(post("web/members/one", """
                {"state": "maintenance", "ttl": "1s"}""").body(), "$.state")).isEqualTo("MAINTENANCE");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(
                        read(gateway.manage("/actuator/pools/web").body(), "$.members[0].state"))
                        .isEqualTo("UP"));
        assertThat(read(gateway.manage("/actuator/pools/web").body(), "$.members[0].verdicts.operator.cause"))
                .isEqualTo("ttl has passed");
    }

    @Test
    void aWeightIsSetWithoutTouchingTheStateAndTakenBack() {
        post("web/members/one", "{\"state\": \"drain\"}");
        String answer = post("web/members/one", "{\"weight\": \"7\"}").body();
        assertThat(read(answer, "$.state")).isEqualTo("DRAINING");
        assertThat(read(answer, "$.weight")).isEqualTo(7);
        assertThat(read(answer, "$.configuredWeight")).isEqualTo(1);
        assertThat(read(post("web/members/one", "{\"weight\": 9}").body(), "$.weight")).as("as a number")
                .isEqualTo(9);
        assertThat(read(post("web/members/one", "{\"weight\": \"default\"}").body(), "$.weight"))
                .isEqualTo(1);
    }

    @Test
    void aWholePoolIsCommandedByOneCall() {
        post("web", "{\"state\": \"ready\"}");
        try (LogLines audit = new LogLines("headgate.audit")) {
            String answer = post("web", "{\"state\": \"maintenance\", \"ttl\": \"10m\"}").body();
            assertThat(read(answer, "$.members[*].state")).isEqualTo(List.of("MAINTENANCE", "MAINTENANCE"));
            assertThat(gateway.get("/").statusCode()).isEqualTo(503);
            post("web/members/two", "{\"weight\": 7}");
            assertThat(read(post("web", "{\"state\": \"ready\"}").body(), "$.members[*].weight"))
                    .isEqualTo(List.of(1, 7));
            assertThat(read(post("web", "{\"weight\": \"default\"}").body(), "$.members[*].state"))
                    .isEqualTo(List.of("UP", "UP"));
            assertThat(audit.lines().getFirst()).contains("what=pool web before=one ready, two ready"
                    + " after=one maintenance, for 10 min, two maintenance, for 10 min");
            assertThat(audit.lines().get(2)).contains("after=one ready, two ready, weight 7");
        }
        assertThat(read(post("web", "{\"state\": \"off\"}").body(), "$.error"))
                .isEqualTo("state: off (expected: ready, drain or maintenance)");
        assertThat(post("web", "{\"stat\": \"off\"}").statusCode()).isEqualTo(400);
        assertThat(post("none", "{\"state\": \"drain\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void withHumanTheSameIsAnsweredForPeople() {
        post("web/members/two", "{\"state\": \"drain\"}");
        String answer = gateway.manage("/actuator/pools/web?human").body();
        post("web/members/two", "{\"state\": \"ready\"}");
        assertThat(answer).startsWith("{\n  \"name\" : \"web\",\n").endsWith("}\n");
        assertThat(read(answer, "$.queue.timeout")).isEqualTo("2 s");
        assertThat(read(answer, "$.members[1].since").toString()).matches(
                "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC, (\\d+ s|\\d+ min.*) ago");
        assertThat(gateway.manage("/actuator/prometheus?human").body()).startsWith("# HELP");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{'state': 'off'}                   | state: off (expected: ready, drain or maintenance)",
            "{'state': 'DRAIN'}                 | state: DRAIN (expected: ready, drain or maintenance)",
            "{'weight': '257'}                  | weight: 257 (expected: 0 to 256, or default)",
            "{'weight': '-1'}                   | weight: -1 (expected: 0 to 256, or default)",
            "{'weight': 'heavy'}                | weight: heavy (expected: 0 to 256, or default)",
            "{'state': 'drain', 'ttl': 'soon'}  | ttl: soon (expected: a duration above 0 such as 10m)",
            "{'state': 'drain', 'ttl': '0s'}    | ttl: 0s (expected: a duration above 0 such as 10m)",
            "{'reason': 'just so'}              | command: nothing to do (expected: state, weight or both)",
            "{}                                 | command: nothing to do (expected: state, weight or both)"}, quoteCharacter = '`')
    void aCommandThatIsWrongIsRefusedWithWhatWasExpected(String json, String error) {
        HttpResponse<String> answer = post("web/members/one", json.replace('\'', '"'));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(read(answer.body(), "$.error")).isEqualTo(error);
        assertThat(read(gateway.manage("/actuator/pools/web").body(), "$.members[0].state")).isEqualTo("UP");
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertThat(post("web/members/one", "{\"state\": \"drain\", \"tll\": \"5m\"}").statusCode())
                .isEqualTo(400);
        assertThat(read(gateway.manage("/actuator/pools/web").body(), "$.members[0].state")).isEqualTo("UP");
    }

    @Test
    void anEmptyCommandIsRefused() {
        assertThat(post("web/members/one", "").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "web/members/three | member: three (expected: one of [one, two])",
            "wbe/members/one   | pool: wbe (expected: one of [web])",
            "web/member/one    | path: web/member/one (expected: POOL, POOL/members/MEMBER or POOL/members/MEMBER/connections)",
            "wbe               | pool: wbe (expected: one of [web])"})
    void whatDoesNotExistIsNotFound(String path, String error) {
        HttpResponse<String> answer = post(path, "{\"state\": \"drain\"}");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(read(answer.body(), "$.error")).isEqualTo(error);
    }

    private static HttpResponse<String> post(String path, String json) {
        return gateway.command("/actuator/pools/" + path, json);
    }

    private static Object read(String json, String path) {
        return JsonPath.read(json, path);
    }
}
