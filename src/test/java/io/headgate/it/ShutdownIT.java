package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: nobody who behaves loses anything. */
class ShutdownIT {

    private static final String GET = "GET %s HTTP/1.1\r\nHost: test\r\n\r\n";
    private static final int CONNECTIONS = 8;

    private final CountDownLatch slowMayAnswer = new CountDownLatch(1);

    @TempDir
    Path folder = Path.of("");

    @Test
    void losesNoRequestAndLetsConnectionsFinish() throws Exception {
        int listener = Ports.free();
        try (RawServer member = new RawServer(this::http);
                RawServer echo = new RawServer(RawServer.ECHO);
                PackagedHeadgate headgate = headgate(member, echo, listener);
                Load load = Load.start(headgate.port(), CONNECTIONS);
                Wire slow = new Wire(headgate.port());
                Wire ending = new Wire(listener);
                Wire endless = new Wire(listener)) {
            load.awaitMore(500);
            slow.send(GET.formatted("/slow"));
            assertThat(ending.send("one\n").readUntil("\n")).isEqualTo("one\n");
            assertThat(endless.send("one\n").readUntil("\n")).isEqualTo("one\n");

            headgate.terminate();
            await().atMost(Duration.ofSeconds(5)).until(() -> headgate.readiness() == 503);
            for (int i = 0; i < 10; i++) { // connections made although readiness is down
                try (Wire late = new Wire(headgate.port())) {
                    assertThat(late.send(GET.formatted("/late")).readAll()).as("answer to a late request")
                            .startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
                }
            }
            assertThat(headgate.readiness()).isEqualTo(503);
            load.goElsewhere(); // as a balancer's clients do that has seen the 503
            load.awaitNobodyLeft();
            System.out.println("SIGTERM: " + load);
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered(200)).as(load::toString).isEqualTo(load.sent());

            await().atMost(Duration.ofSeconds(20)).until(() -> !accepts(headgate.port()));
            assertThat(accepts(listener)).as("new L4 connections").isFalse();
            assertThat(ending.send("two\n").readUntil("\n")).as("open L4 connection").isEqualTo("two\n");
            ending.socket().shutdownOutput();
            assertThat(ending.readAll()).as("an end without a reset").isEmpty();
            slowMayAnswer.countDown();
            assertThat(slow.readAll()).startsWith("HTTP/1.1 200").endsWith("slow");

            assertThat(headgate.exitStatus(Duration.ofSeconds(20))).as("128 + SIGTERM").isEqualTo(143);
            endless.readAll();
            assertThat(accessLines(headgate, "listener=\"echo\"")).hasSize(2)
                    .anySatisfy(line -> assertThat(line).contains("reason=\"shutdown\""))
                    .anySatisfy(line -> assertThat(line).doesNotContain("reason="));
            assertThat(accessLines(headgate, "target=\"/slow\"")).singleElement().asString()
                    .contains("status=\"200\"");
        }
    }

    private PackagedHeadgate headgate(RawServer member, RawServer echo, int listener) throws IOException {
        return PackagedHeadgate.with(folder, """
                headgate:
                  shutdown: { delay: 6s, drain-timeout: 4s }
                  pools:
                    web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                    echo: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                  listeners:
                    echo: { bind: "127.0.0.1:%d", pool: echo }
                spring.lifecycle.timeout-per-shutdown-phase: 10s
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(member.port(), echo.port(), listener));
    }

    private static List<String> accessLines(PackagedHeadgate headgate, String containing) {
        return headgate.log().lines().filter(line -> line.contains(" access ") && line.contains(containing))
                .toList();
    }

    private static boolean accepts(int port) {
        try (Wire client = new Wire(port)) {
            return client.socket().isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void http(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            boolean slow = line.contains(" /slow ");
            if (!RawServer.readHead(in)) {
                return;
            }
            if (slow) {
                awaitSlow();
            }
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + (slow ? "slow" : "fast"));
        }
    }

    private void awaitSlow() throws IOException {
        try {
            if (!slowMayAnswer.await(60, TimeUnit.SECONDS)) {
                throw new IOException("nobody let it answer");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
