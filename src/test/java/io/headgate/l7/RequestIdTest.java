package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** X-Request-Id, on both lanes: to the member, in the log and in Headgate's own answers. */
class RequestIdTest {

    private static final Pattern MADE = Pattern.compile("\\[([0-9a-f]{24})]");

    @TempDir
    private static Path folder = Path.of("");
    private static Path log = folder;
    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(RequestIdTest::tellIds);
        log = folder.resolve("access.log");
        gateway = TestGateway
                .start("""
                        headgate:
                          forwarded: { trusted: [ 127.0.0.1 ], request-id: true }
                          access-log: { enabled: true, file: "%2$s", fields: [ target, status, id, answered, connected ] }
                          pools:
                            web: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                            dead: { members: [] }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: fast, uri: "lb://web", predicates: [ "Path=/fast/**" ] }
                          - { id: slow, uri: "lb://web", predicates: [ "Path=/slow/**" ], filters: [ SaveSession ] }
                          - { id: fast-dead, uri: "lb://dead", predicates: [ "Path=/dead/fast" ] }
                          - { id: slow-dead, uri: "lb://dead", predicates: [ "Path=/dead/slow" ], filters: [ SaveSession ] }
                        """
                        .formatted(member.port(), log));
    }

    /** The body has the value of each such header, in brackets. */
    private static void tellIds(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        StringBuilder ids = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.regionMatches(true, 0, "x-request-id:", 0, 13)
                    || line.regionMatches(true, 0, "x_request", 0, 9)) {
                ids.append('[').append(line.substring(line.indexOf(':') + 1).strip()).append(']');
            }
            if (line.isEmpty()) {
                RawServer.write(socket,
                        "HTTP/1.1 200 OK\r\nContent-Length: " + ids.length() + "\r\n\r\n" + ids);
                ids.setLength(0);
            }
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
        member.close();
    }

    private static String ask(String from, String path, String... headers) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port(),
                InetAddress.getByName(from), 0);
        try (Wire client = new Wire(socket)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n"
                    + String.join("", List.of(headers).stream().map(header -> header + "\r\n").toList())
                    + "Connection: close\r\n\r\n").readAll();
        }
    }

    private static String made(String answer) {
        Matcher id = MADE.matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        return id.group(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void isMadeForWhoeverHasNoneOrIsNotTrusted(String lane) throws IOException {
        String path = "/" + lane + "/made";
        String first = made(ask("127.0.0.1", path));
        assertThat(made(ask("127.0.0.1", path))).isNotEqualTo(first);
        assertThat(ask("127.0.0.2", path, "X-Request-Id: forged", "X_Request_Id: forged"))
                .doesNotContain("forged");
        for (String bad : List.of("a b", "\"", "x".repeat(200), "<b>", "é")) {
            assertThat(ask("127.0.0.1", path, "X-Request-Id: " + bad)).as(bad).containsPattern(MADE);
        }
        assertThat(ask("127.0.0.1", path, "X-Request-Id: a", "X-Request-Id: b")).containsPattern(MADE);
        await().until(
                () -> Files.exists(log) && Files.readString(log).lines().anyMatch(line -> line.contains(path)
                        && line.contains("id=\"" + first + "\"") && line.contains("answered=\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void ofATrustedPeerIsKept(String lane) throws IOException {
        assertThat(ask("127.0.0.1", "/" + lane, "X-Request-ID: Root=1-67891233-abc"))
                .endsWith("\r\n\r\n[Root=1-67891233-abc]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void isInHeadgatesOwnAnswerAndInTheLog(String lane) throws IOException {
        String path = "/dead/" + lane;
        assertThat(ask("127.0.0.1", path, "X-Request-Id: of-" + lane)).contains(" 503 ",
                "\"requestId\":\"of-" + lane + "\"");
        await().until(
                () -> Files.exists(log) && Files.readString(log).lines().anyMatch(line -> line.contains(path)
                        && line.contains("id=\"of-" + lane + "\"")));
    }
}
