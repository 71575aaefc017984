package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Another pool for what a route's own does not serve: below / on the fast lane, below /slow on the slow one.
 */
@SuppressWarnings("NullAway.Init") // before all tests
class FailoverTest {

    private static final AtomicInteger SPARE = new AtomicInteger();

    private static RawServer own;
    private static RawServer spare;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        own = new RawServer(FailoverTest::serve);
        spare = new RawServer(FailoverTest::stepIn);
        StringBuilder routes = new StringBuilder();
        for (String slow : List.of("", "/slow")) {
            String first = slow.isEmpty() ? "" : "SaveSession, ";
            routes.append(
                    """
                              - { id: "own%1$s", uri: "lb://own", predicates: [ "Path=%1$s/own/**" ],
                                  filters: [ %2$s"AddResponseHeader=X-Once, yes", { name: Failover,
                                             args: { pool: spare, statuses: "404, 5xx" } }, "PrefixPath=/p" ] }
                              - { id: "post%1$s", uri: "lb://own", predicates: [ "Path=%1$s/post/**" ],
                                  filters: [ %2$s{ name: Failover, args: { pool: spare, statuses: 5xx, methods: POST } } ] }
                              - { id: "dead%1$s", uri: "lb://dead", predicates: [ "Path=%1$s/dead" ],
                                  filters: [ %2$s"Failover=spare" ] }
                              - { id: "both%1$s", uri: "lb://dead", predicates: [ "Path=%1$s/both" ],
                                  filters: [ %2$s"Failover=gone" ] }
                            """
                            .formatted(slow, first));
        }
        gateway = TestGateway.start("""
                headgate:
                  access-log.enabled: true
                  pools:
                    own: { members: [ "%s" ], health.check: none, timeouts.response: 2s }
                    spare: { members: [ "%s" ], health.check: none }
                    dead: { members: [ "127.0.0.1:%d" ], health.check: none }
                    gone: { members: [ "127.0.0.1:%d" ], health.check: none }
                spring.cloud.gateway.server.webflux.routes:
                """.formatted(own.address(), spare.address(), TestGateway.freePort(), TestGateway.freePort())
                + routes);
        await().atMost(Duration.ofSeconds(60)).until(() -> gateway.get("/own/200").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        own.close();
        spare.close();
    }

    /** The last segment of the path says what is answered. */
    private static void serve(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            String what = head.replaceAll("(?s)^\\S+ \\S*/(\\S+) .*", "$1");
            body(socket, head);
            switch (what) {
                case "reset" -> {
                    return;
                }
                case "silent" -> RawServer.swallow(socket);
                case "half" -> {
                    RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                    return;
                }
                default -> RawServer.write(socket,
                        "HTTP/1.1 " + what + " Own\r\nX-Own: yes\r\nContent-Length: 3\r\n\r\nown");
            }
        }
    }

    private static String body(Socket socket, String head) throws IOException {
        return head.toLowerCase(java.util.Locale.ROOT).contains("content-length: 4")
                ? new String(socket.getInputStream().readNBytes(4), java.nio.charset.StandardCharsets.UTF_8)
                : "";
    }

    private static void stepIn(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            SPARE.incrementAndGet();
            String said = "spare " + head.split(" ", 3)[1] + body(socket, head);
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + said.length() + "\r\n\r\n" + said);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void theOtherPoolServesWhatTheOwnOneFailsTo(String slow) {
        for (String what : List.of("404", "500", "503", "reset", "silent")) {
            HttpResponse<String> answer = gateway.get(slow + "/own/" + what);
            assertThat(answer.body()).isEqualTo("spare /p" + slow + "/own/" + what);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().map()).doesNotContainKey("x-own");
            assertThat(answer.headers().allValues("x-once")).containsExactly("yes");
        }
        assertThat(gateway.get(slow + "/own/403").body()).isEqualTo("own");
        assertThat(gateway.get(slow + "/own/200").body()).isEqualTo("own");
        gateway.awaitIdle();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void onlyMethodsThatMayBeRepeatedUnlessNothingWasSent(String slow) throws IOException {
        HttpResponse<String> posted = gateway.post(slow + "/own/503", "body");
        assertThat(posted.statusCode()).isEqualTo(503);
        assertThat(posted.body()).isEqualTo("own");
        assertThat(gateway.post(slow + "/own/reset", "body").body()).contains("upstream-reset");
        assertThat(gateway.post(slow + "/post/503", "body").body())
                .isEqualTo("spare " + slow + "/post/503body");
        assertThat(gateway.post(slow + "/dead", "body").body()).isEqualTo("spare " + slow + "/deadbody");
        try (AccessLines access = new AccessLines()) {
            assertThat(gateway.get(slow + "/dead").body()).isEqualTo("spare " + slow + "/dead");
            await().until(() -> access.lines().stream()
                    .anyMatch(line -> line.contains("pool=spare") && line.contains("attempts=2")
                            && line.contains("target=" + slow + "/dead")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void nothingThatHasBegunIsServedTwiceAndNobodyIsAskedForEver(String slow) throws IOException {
        int before = SPARE.get();
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET " + slow + "/own/half HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAll()).contains("HTTP/1.1 200").doesNotContain("spare");
        }
        HttpResponse<String> both = gateway.get(slow + "/both");
        assertThat(both.statusCode()).isEqualTo(502);
        assertThat(both.body()).contains("connect-failed");
        assertThat(SPARE.get()).isEqualTo(before);
        gateway.awaitIdle();
    }
}
