package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.TestGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reloads that each bring a new key for sticky sessions, under a steady load. */
class StickyReloadTest {

    private static final int RELOADS = 12;
    private static final int CLIENTS = 6;

    @TempDir
    private Path folder = Path.of("");

    private static String key(int number) {
        return Base64.getEncoder().encodeToString(Character.toString('a' + number).repeat(32)
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String yaml(boolean fast, int number, NotingMember a, NotingMember b) {
        return """
                headgate:
                  fast-path.enabled: %s
                  access-log.enabled: false
                  reload.watch: false
                  sticky: { key: "%s", old-keys: [ "%s" ] }
                  pools:
                    web:
                      members: [ { id: a, address: "%s" }, { id: b, address: "%s" } ]
                      health: { check: none }
                      sticky: { cookie: S }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(fast, key(number), key(number == 0 ? RELOADS + 1 : number - 1), a.address(),
                b.address());
    }

    @ParameterizedTest(name = "fast path: {0}")
    @ValueSource(booleans = {true, false})
    void everyClientKeepsItsMemberWhileKeyAfterKeyIsReplaced(boolean fast) throws Exception {
        Path file = Files.writeString(folder.resolve("application.yml"), "");
        NotingMember a = new NotingMember("a");
        NotingMember b = new NotingMember("b");
        Files.writeString(file, yaml(fast, 0, a, b));
        try (TestGateway gateway = TestGateway.start(file, "--server.port=0", "--management.server.port=0")) {
            AtomicBoolean end = new AtomicBoolean();
            AtomicLong served = new AtomicLong();
            List<AtomicLong> rounds = new ArrayList<>();
            Queue<String> lost = new ConcurrentLinkedQueue<>();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                AtomicLong round = new AtomicLong();
                rounds.add(round);
                clients.add(Thread.ofVirtual().start(() -> ask(gateway, end, round, served, lost)));
            }
            for (int i = 1; i <= RELOADS; i++) {
                List<Long> before = rounds.stream().map(AtomicLong::get).toList();
                Files.writeString(file, yaml(fast, i, a, b));
                assertThat(gateway.command("/actuator/reload", "").body()).contains("headgate.sticky");
                for (int client = 0; client < CLIENTS; client++) {
                    AtomicLong round = rounds.get(client);
                    long known = before.get(client);
                    await().until(() -> round.get() > known + 4 || !lost.isEmpty());
                }
            }
            end.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(lost).as("of %d requests", served.get()).isEmpty();
        } finally {
            a.close();
            b.close();
        }
    }

    /** A browser: sends the cookie that it was given last, and remembers who answered first. */
    private static void ask(TestGateway gateway, AtomicBoolean end, AtomicLong round, AtomicLong served,
            Queue<String> lost) {
        String cookie = "";
        String member = "";
        while (!end.get() && lost.isEmpty()) {
            HttpResponse<String> answer = gateway.get("/", "Cookie", "other=1; " + cookie);
            if (answer.statusCode() != 200 || !(member.isEmpty() || member.equals(answer.body()))) {
                lost.add(answer.statusCode() + " " + answer.body() + " after " + member);
            }
            member = answer.body();
            cookie = answer.headers().allValues("Set-Cookie").stream().filter(c -> c.startsWith("S="))
                    .map(c -> c.substring(0, c.indexOf(';'))).findFirst().orElse(cookie);
            served.incrementAndGet();
            round.incrementAndGet();
        }
    }
}
