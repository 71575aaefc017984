package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that no member is asked for: below / on the fast lane, below /slow on the slow one. */
@SuppressWarnings("NullAway.Init") // before all tests
class RespondTest {

    @TempDir
    private static Path folder;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        StringBuilder routes = new StringBuilder();
        for (String slow : List.of("", "/slow")) {
            Files.writeString(folder.resolve("back" + slow.length() + ".html"), "<p>soon\n\n# later\n");
            routes.append("""
                      - id: "text%1$s"
                        uri: "no://op"
                        predicates: [ "Path=%1$s/text" ]
                        filters: [ %3$s"AddResponseHeader=X-Never, added", "Respond=200, hello there" ]
                      - id: "file%1$s"
                        uri: "no://op"
                        predicates: [ "Path=%1$s/file" ]
                        filters: [ %3$s { name: Respond, args: { status: 503, file: "%2$s",
                                   headers: "Retry-After=60, X-A=b=c" } } ]
                      - id: "empty%1$s"
                        uri: "no://op"
                        predicates: [ "Path=%1$s/empty" ]
                        filters: [ %3$s"Respond=204" ]
                    """.formatted(slow, folder.resolve("back" + slow.length() + ".html"),
                    slow.isEmpty() ? "" : "SaveSession, "));
        }
        gateway = TestGateway.start("""
                headgate.access-log.enabled: true
                spring.cloud.gateway.server.webflux.routes:
                """ + routes);
        await().atMost(Duration.ofSeconds(60)).until(() -> gateway.get("/text").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void theRouteAnswersItself(String slow) throws IOException {
        HttpResponse<String> text = gateway.get(slow + "/text");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.body()).isEqualTo("hello there");
        assertThat(text.headers().firstValue("content-type")).hasValue("text/plain; charset=UTF-8");
        assertThat(text.headers().firstValue("content-length")).hasValue("11");
        HttpResponse<String> empty = gateway.get(slow + "/empty");
        assertThat(empty.statusCode()).isEqualTo(204);
        assertThat(empty.headers().firstValue("content-length")).isEmpty();
        try (AccessLines access = new AccessLines(); Wire client = new Wire(gateway.port())) {
            String answers = client.send("HEAD " + slow + "/text HTTP/1.1\r\nHost: x\r\n\r\nPOST " + slow
                    + "/text HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
                    .readAll();
            assertThat(answers.split("HTTP/1.1 200 ")).hasSize(3);
            assertThat(answers).endsWith("\r\n\r\nhello there");
            await().until(() -> access.lines().stream().anyMatch(line -> line.contains("method=POST")
                    && line.contains("lane=" + (slow.isEmpty() ? "fast" : "slow"))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aFileIsTheBodyAndIsReadAgain(String slow) throws IOException {
        Path file = folder.resolve("back" + slow.length() + ".html");
        try (AccessLines access = new AccessLines()) {
            HttpResponse<String> answer = gateway.get(slow + "/file");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("<p>soon\n\n# later\n");
            assertThat(answer.headers().firstValue("content-type")).hasValue("text/html; charset=UTF-8");
            assertThat(answer.headers().firstValue("retry-after")).hasValue("60");
            assertThat(answer.headers().firstValue("x-a")).hasValue("b=c");
            await().until(() -> access.lines().stream()
                    .anyMatch(line -> line.contains("reason=filter-refused")));
        }
        Files.writeString(file, "x".repeat(1024 * 1024 + 1)); // too large: the last one stays
        Files.writeString(file, "<p>now");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.get(slow + "/file").body().equals("<p>now"));
    }
}
