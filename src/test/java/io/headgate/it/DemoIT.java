package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application.yml at the top of the project with the profile demo does what README.md shows. Ports are
 * overridden, because the file's own may be taken.
 */
class DemoIT {

    @TempDir
    Path temporary = Path.of("");

    @Test
    void doesWhatTheReadmeSays() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("demo"));
        Files.copy(Path.of("application.yml"), folder.resolve("application.yml"));
        int backend = Ports.free(4);
        int echo = Ports.free();
        try (PackagedHeadgate headgate = PackagedHeadgate.start(folder, "--spring.profiles.active=demo",
                "--demo.first-port=" + backend,
                "--headgate.pools.demo.members[0]=127.0.0.1:" + backend,
                "--headgate.pools.demo.members[1]=127.0.0.1:" + (backend + 1),
                "--headgate.pools.demo.members[2].id=demo-3",
                "--headgate.pools.demo.members[2].address=127.0.0.1:" + (backend + 2),
                "--headgate.pools.echo.members[0]=127.0.0.1:" + (backend + 3),
                "--headgate.listeners.echo.bind=127.0.0.1:" + echo)) {
            assertThat(sixAnswers(headgate)).containsExactlyInAnyOrder("demo-1", "demo-1", "demo-2", "demo-2",
                    "demo-3", "demo-3");
            assertThat(headgate.get("/hello").headers().firstValue("X-Served-By")).contains("headgate");
            assertThat(headgate.log()).contains("The demo runs. Try", ":" + headgate.port() + "/hello",
                    "localhost:" + (backend + 1) + "/sick", "telnet://127.0.0.1:" + echo);

            assertThat(post(headgate, backend + 1, "/sick")).isEqualTo("demo-2 is sick now\n");
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                    headgate.manage("/actuator/health", "$.components.pools.details.demo"))
                    .isEqualTo("2 of 3 members up"));
            assertThat(sixAnswers(headgate)).containsOnly("demo-1", "demo-3");

            assertThat(post(headgate, backend + 1, "/well")).isEqualTo("demo-2 is well now\n");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(sixAnswers(headgate)).contains("demo-2"));

            try (Wire client = new Wire(echo)) {
                assertThat(client.send("hi\n").readUntil("\n")).isEqualTo("hi\n");
            }
            headgate.awaitNothingInFlight();
        }
    }

    /** Who answered. */
    private static List<String> sixAnswers(PackagedHeadgate headgate) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String body = headgate.get("/hello").body();
            assertThat(body).endsWith(" answers GET /hello\n");
            names.add(body.substring(0, body.indexOf(' ')));
        }
        return names;
    }

    private static String post(PackagedHeadgate headgate, int port, String path) {
        return headgate.send(port, HttpRequest.newBuilder().POST(BodyPublishers.noBody()), path).body();
    }
}
