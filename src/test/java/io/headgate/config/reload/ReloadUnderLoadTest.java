package io.headgate.config.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty reloads that each replace the pool, its members and the route, under a steady load. */
class ReloadUnderLoadTest {

    private static final int RELOADS = 20;
    private static final int CLIENTS = 8;

    @TempDir
    private Path folder;

    @Test
    void noRequestIsLostAndNoConnectionClosed() throws Exception {
        try (RawServer blue = new RawServer(RawServer.answering("blue"));
                RawServer green = new RawServer(RawServer.answering("green"));
                RawServer echo = new RawServer(
                        RawServer.ECHO)) {
            int listening = Ports.free();
            String one = yaml("blue", blue, echo, listening);
            String other = yaml("green", green, echo, listening);
            Path file = Files.writeString(folder.resolve("application.yml"), one);
            try (TestGateway gateway = TestGateway.start(file, "--server.port=0",
                    "--management.server.port=0",
                    "--headgate.reload.watch=false", "--headgate.access-log.enabled=false")) {
                Awaitility.await().until(() -> gateway.get("/").statusCode() == 200);
                AtomicBoolean end = new AtomicBoolean();
                AtomicLong served = new AtomicLong();
                AtomicLong echoed = new AtomicLong();
                ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(Thread.ofVirtual().start(() -> ask(gateway, end, served, lost)));
                    clients.add(Thread.ofVirtual().start(() -> echo(listening, end, echoed, lost)));
                }
                for (int i = 1; i <= RELOADS; i++) {
                    long before = served.get();
                    Files.writeString(file, i % 2 == 0 ? one : other);
                    var answer = gateway.command("/actuator/reload", "");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    assertThat(answer.body()).contains("\"applied\"");
                    Awaitility.await().until(() -> served.get() > before + 20 || !lost.isEmpty());
                }
                end.set(true);
                for (Thread client : clients) {
                    client.join();
                }
                assertThat(lost).as("of %d requests and %d echoes", served.get(), echoed.get()).isEmpty();
                assertThat(echo.accepted()).as("L4 connections and checks").isGreaterThanOrEqualTo(CLIENTS);
                assertThat(gateway.manage("/actuator/listeners/l4").body())
                        .contains("\"accepted\":" + CLIENTS);
            }
        }
    }

    private static void ask(TestGateway gateway, AtomicBoolean end, AtomicLong served,
            ConcurrentLinkedQueue<String> lost) {
        while (!end.get()) {
            try {
                var answer = gateway.get("/");
                if (answer.statusCode() == 200 && answer.body().matches("blue|green")) {
                    served.incrementAndGet();
                } else {
                    lost.add(answer.statusCode() + " " + answer.body());
                }
            } catch (RuntimeException e) {
                lost.add(e.toString());
            }
        }
    }

    private static void echo(int port, AtomicBoolean end, AtomicLong echoed,
            ConcurrentLinkedQueue<String> lost) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            while (!end.get()) {
                socket.getOutputStream().write('x');
                if (socket.getInputStream().read() != 'x') {
                    lost.add("L4 connection ended");
                    return;
                }
                echoed.incrementAndGet();
            }
        } catch (IOException e) {
            lost.add("L4 " + e);
        }
    }

    private static String yaml(String name, RawServer server, RawServer echo, int listening) {
        return """
                headgate:
                  pools:
                    %1$s: { members: [ "%2$s" ] }
                    echo: { members: [ "127.0.0.1:%3$d" ] }
                  listeners:
                    l4: { bind: "127.0.0.1:%4$d", pool: echo }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: %1$s, uri: "lb://%1$s", predicates: [ "Path=/**" ] }
                """.formatted(name, server.address(), echo.port(), listening);
    }
}
