package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances behind HAProxy, which asks for their readiness, are restarted one after the other; the second
 * is in the middle of a reload.
 */
@NeedsTool({"haproxy", "nginx"})
@Timeout(300)
class RollingRestartIT {

    private static final int ROUNDS = 1;
    private static final int CONNECTIONS = 4;
    private static final Duration PAUSE = Duration.ofMillis(2);

    @TempDir
    Path folder = Path.of("");

    private final int listenerOne = Ports.free();
    private final int listenerTwo = Ports.free();

    @Test
    void losesNoRequestAndNoConnectionThatEndsByItself() throws Exception {
        try (NginxMember member = new NginxMember(folder, "web");
                RawServer echo = new RawServer(RawServer.ECHO)) {
            PackagedHeadgate one = instance("one", member, echo, listenerOne);
            PackagedHeadgate two = instance("two", member, echo, listenerTwo);
            try (HaproxyFront front = new HaproxyFront(folder, List.of(one, two),
                    List.of(listenerOne, listenerTwo));
                    Load load = Load.start(front.port(), CONNECTIONS, PAUSE);
                    EchoLoad echoes = EchoLoad.start(front.l4Port(), CONNECTIONS)) {
                load.awaitMore(500);
                echoes.awaitMore(20);
                for (int i = 0; i < ROUNDS; i++) {
                    one = restart(one, load, echoes);
                    Reloading reloading = new Reloading(two, folder.resolve("two/application.yml"));
                    reloading.awaitSome();
                    two = restart(two, load, echoes);
                    reloading.join();
                    System.out.println("SIGTERM in the middle of reloads: " + reloading);
                }
                load.stop();
                echoes.stop();
                System.out.println(2 * ROUNDS + " restarts behind HAProxy: " + load + "; L4: " + echoes);
                assertThat(load.failures()).isEmpty();
                assertThat(load.answered(200)).as(load::toString).isEqualTo(load.sent());
                assertThat(echoes.failures()).isEmpty();
            } finally {
                one.close();
                two.close();
            }
        }
    }

    private static PackagedHeadgate restart(PackagedHeadgate instance, Load load, EchoLoad echoes)
            throws IOException, InterruptedException {
        instance.terminate();
        assertThat(instance.exitStatus(Duration.ofSeconds(40))).as("128 + SIGTERM").isEqualTo(143);
        load.awaitMore(200);
        PackagedHeadgate again = instance.startAgain();
        load.awaitMore(500);
        echoes.awaitMore(20);
        return again;
    }

    /** Each listens on what the front knows; L4 connections of the load end within the drain's time. */
    private PackagedHeadgate instance(String name, NginxMember member, RawServer echo, int listener)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Files.writeString(own.resolve("application.yml"), """
                headgate:
                  access-log.enabled: false
                  shutdown: { delay: 5s, drain-timeout: 15s }
                  reload.watch: false
                  management.password: "%s"
                  pools:
                    web: { members: [ "%s" ] }
                    echo: { members: [ "127.0.0.1:%d" ] }
                  listeners:
                    echo: { bind: "127.0.0.1:%d", pool: echo }
                spring.lifecycle.timeout-per-shutdown-phase: 5s
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(PackagedHeadgate.PASSWORD_HASH, member.address(), echo.port(), listener));
        return PackagedHeadgate.start(own);
    }

    /** Reloads again and again, with one more route or without it, until nobody answers. */
    private static final class Reloading {

        private final AtomicBoolean gone = new AtomicBoolean();
        private final Thread thread;
        private volatile int done;

        Reloading(PackagedHeadgate headgate, Path file) throws IOException {
            String base = Files.readString(file);
            String more = base + "  - { id: more, uri: \"lb://echo\", predicates: [ \"Path=/more\" ] }\n";
            thread = Thread.ofVirtual().start(() -> {
                for (int i = 1; !gone.get(); i++) {
                    try {
                        Files.writeString(file, i % 2 == 0 ? base : more);
                        if (headgate.command("/actuator/reload", "{}").statusCode() == 200) {
                            done = i;
                        }
                    } catch (IOException | RuntimeException e) {
                        gone.set(true);
                    }
                }
            });
        }

        void awaitSome() {
            await().atMost(Duration.ofSeconds(30)).until(() -> done >= 3);
        }

        void join() throws InterruptedException {
            thread.join();
        }

        @Override
        public String toString() {
            return done + " reloads until then";
        }
    }
}
