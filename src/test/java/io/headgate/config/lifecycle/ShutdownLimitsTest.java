package io.headgate.config.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.properties.ShutdownProperties;
import io.headgate.testing.LogLines;
import io.headgate.testing.Pause;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.DefaultLifecycleProcessor;

/** The times of a shutdown are those that are configured, whatever Spring's own limit for a phase. */
class ShutdownLimitsTest {

    private static final String YAML = """
            headgate:
              shutdown: { delay: 2s, drain-timeout: %s }
              pools.echo: { members: [ "127.0.0.1:%d" ], health: { check: none } }
              listeners.echo: { bind: "127.0.0.1:%d", pool: echo }
            spring.lifecycle.timeout-per-shutdown-phase: 1s
            spring.cloud.gateway.server.webflux.routes:
              - { id: all, uri: "lb://echo", predicates: [ "Path=/**" ] }
            """;

    @Test
    void aDelayAndADrainLongerThanSpringsLimitAreNotCutShort() throws Exception {
        int port = Ports.free();
        try (RawServer echo = new RawServer(
                RawServer.ECHO)) {
            TestGateway gateway = TestGateway.start(YAML.formatted("60s", echo.port(), port));
            try (Wire open = new Wire(port)) {
                open.send("x").readUntil("x");
                long start = Ticker.systemTicker().nanoTime();
                CompletableFuture<Void> closing = CompletableFuture.runAsync(gateway::close);
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> refused(port));
                assertThat(Duration.ofNanos(Ticker.systemTicker().nanoTime() - start))
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
                Pause.of(Duration.ofMillis(1500), "longer than Spring's limit for a phase");
                assertThat(open.send("y").readUntil("y")).isEqualTo("y");
                open.socket().shutdownOutput();
                assertThat(open.readAll()).as("an end without a reset").isEmpty();
                closing.join();
            }
        }
    }

    @Test
    void aRequestOnTheFastPathThatDoesNotEndTakesTheDrainOnce() throws Exception {
        try (RawServer silent = new RawServer(socket -> socket.getInputStream().transferTo(
                OutputStream.nullOutputStream()))) {
            TestGateway gateway = TestGateway
                    .start(YAML.formatted("4s", silent.port(), Ports.free()).replace("delay: 2s",
                            "delay: 0s"));
            try (Wire hanging = new Wire(gateway.port());
                    LogLines log = new LogLines(DefaultLifecycleProcessor.class.getName())) {
                hanging.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                Awaitility.await()
                        .until(() -> gateway.manage("/actuator/pools").body().contains("\"inFlight\":1"));
                long start = Ticker.systemTicker().nanoTime();
                gateway.close();
                assertThat(Duration.ofNanos(Ticker.systemTicker().nanoTime() - start))
                        .isGreaterThanOrEqualTo(Duration.ofMillis(3900));
                assertThat(log.lines()).as("phases whose time ran out")
                        .noneMatch(line -> line.contains("phase " + FastPathDrain.PHASE + " "));
            }
        }
    }

    /** What comes second has the time that is left, even if that is none. */
    @Test
    void bothPhasesOfTheDrainShareItsTime() {
        MockTicker ticker = Ticker.newMockTicker();
        ShutdownLimits limits = new ShutdownLimits(
                new ShutdownProperties(Duration.ZERO, Duration.ofSeconds(4)), Duration.ofSeconds(1), ticker);
        ticker.advance(1, TimeUnit.HOURS);
        assertThat(limits.over()).isFalse();
        limits.draining();
        ticker.advance(3_999, TimeUnit.MILLISECONDS);
        assertThat(limits.over()).isFalse();
        ticker.advance(1, TimeUnit.MILLISECONDS);
        assertThat(limits.over()).isTrue();
    }

    private static boolean refused(int port) {
        try (Wire client = new Wire(port)) {
            return !client.socket().isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
