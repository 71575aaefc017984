package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Pause;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Twenty reloads while wrk loads both layers as much as it can; each changes pools, listener and routes. */
@NeedsTool({"nginx", "wrk"})
@Timeout(300)
class ReloadUnderWrkIT {

    private static final int RELOADS = 20;
    private static final Duration BETWEEN = Duration.ofMillis(200);

    @TempDir
    Path folder = Path.of("");

    @Test
    void losesNothing() throws Exception {
        int listener = Ports.free();
        try (NginxMember a = new NginxMember(folder, "a");
                NginxMember b = new NginxMember(folder, "b");
                PackagedHeadgate headgate = PackagedHeadgate.with(folder, yaml(a, b, listener, 0))) {
            Path file = folder.resolve("headgate/application.yml");
            try (Wrk l7 = new Wrk(headgate.port(), "l7"); Wrk l4 = new Wrk(listener, "l4")) {
                for (int i = 1; i <= RELOADS; i++) {
                    Files.writeString(file, yaml(a, b, listener, i));
                    var answer = headgate.command("/actuator/reload", "{}");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    assertThat(answer.body()).contains("\"applied\"");
                    Pause.of(BETWEEN, "load between two reloads");
                }
                System.out.printf("%d reloads under wrk: L7 %d requests, L4 %d requests, none failed%n",
                        RELOADS,
                        l7.requests(), l4.requests());
            }
        }
    }

    /** Loads until it is asked for the count. */
    private final class Wrk implements AutoCloseable {

        private final Path report;
        private final Process process;

        Wrk(int port, String name) throws IOException {
            report = folder.resolve(name + ".txt");
            process = new ProcessBuilder(Tool.path("wrk"), "-t1", "-c32", "-d100s", "--timeout", "10s",
                    "http://127.0.0.1:" + port + "/").redirectErrorStream(true)
                    .redirectOutput(report.toFile()).start();
        }

        /** wrk tells of errors only where there are some. */
        long requests() throws IOException, InterruptedException {
            assertThat(process.isAlive()).as("the load lasted as long as the reloads").isTrue();
            Tool.signal(process, "INT");
            process.onExit().join();
            String text = Files.readString(report);
            assertThat(text).doesNotContain("Socket errors", "Non-2xx");
            Matcher requests = Pattern.compile("(\\d+) requests in").matcher(text);
            assertThat(requests.find()).as(text).isTrue();
            return Long.parseLong(requests.group(1));
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Every second one has another member, another limit of the listener, and another route before. */
    private static String yaml(NginxMember a, NginxMember b, int listener, int i) {
        boolean odd = i % 2 == 1;
        return """
                headgate:
                  access-log.enabled: false
                  reload.watch: false
                  management.password: "%s"
                  pools:
                    web: { members: [ "%s"%s ] }
                  listeners:
                    l4: { bind: "127.0.0.1:%d", pool: web, max-connections: %d }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web%d, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(PackagedHeadgate.PASSWORD_HASH, a.address(),
                odd ? ", \"" + b.address() + "\"" : "", listener, odd ? 1000 : 2000, i);
    }
}
