package io.headgate.config.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.RawClient;
import io.headgate.RawServer;
import io.headgate.TestGateway;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The times of a shutdown are those that are configured, whatever Spring's own limit for a phase. */
class ShutdownLimitsTest {

    private static final String YAML = """
            headgate:
              shutdown: { delay: 3s, drain-timeout: 4s }
              pools.echo: { members: [ "127.0.0.1:%d" ], health: { check: none } }
              listeners.echo: { bind: "127.0.0.1:%d", pool: echo }
            spring.lifecycle.timeout-per-shutdown-phase: 1s
            spring.cloud.gateway.server.webflux.routes:
              - { id: all, uri: "lb://echo", predicates: [ "Path=/**" ] }
            """;

    @Test
    void aDelayAndADrainLongerThanSpringsLimitAreNotCutShort() throws Exception {
        int port = TestGateway.freePort();
        try (RawServer echo = new RawServer(
                socket -> socket.getInputStream().transferTo(socket.getOutputStream()))) {
            TestGateway gateway = TestGateway.start(YAML.formatted(echo.port(), port));
            try (RawClient open = new RawClient(port)) {
                open.send("x").readUntil("x");
                long start = Ticker.systemTicker().nanoTime();
                CompletableFuture<Void> closing = CompletableFuture.runAsync(gateway::close);
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> refused(port));
                long delayed = Ticker.systemTicker().nanoTime() - start;
                assertThat(open.send("y").readUntil("y")).as("beyond the first limit").isEqualTo("y");
                assertThat(open.readAll()).isIn("", "<reset>");
                long drained = Ticker.systemTicker().nanoTime() - start;
                assertThat(Duration.ofNanos(delayed)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
                assertThat(Duration.ofNanos(drained)).isGreaterThanOrEqualTo(Duration.ofMillis(6900));
                closing.join();
            }
        }
    }

    @Test
    void aRequestOnTheFastPathThatDoesNotEndTakesTheDrainOnce() throws Exception {
        try (RawServer silent = new RawServer(socket -> socket.getInputStream().transferTo(
                OutputStream.nullOutputStream()))) {
            TestGateway gateway = TestGateway
                    .start(YAML.formatted(silent.port(), TestGateway.freePort()).replace("delay: 3s",
                            "delay: 0s"));
            try (RawClient hanging = new RawClient(gateway.port())) {
                hanging.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                Awaitility.await()
                        .until(() -> gateway.manage("/actuator/pools").body().contains("\"inFlight\":1"));
                long start = Ticker.systemTicker().nanoTime();
                gateway.close();
                assertThat(Duration.ofNanos(Ticker.systemTicker().nanoTime() - start))
                        .isBetween(Duration.ofMillis(3900), Duration.ofMillis(7900));
            }
        }
    }

    private static boolean refused(int port) {
        try (RawClient client = new RawClient(port)) {
            return !client.socket().isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
