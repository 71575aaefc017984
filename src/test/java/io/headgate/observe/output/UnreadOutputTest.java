package io.headgate.observe.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose output nobody reads, or cannot be written. */
@EnabledOnOs(OS.LINUX)
class UnreadOutputTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /**
     * A line with it has some 7 KB: a pipe is full after ten of them, and what is kept in memory after 1,200.
     */
    private static final String LONG = "/" + "x".repeat(7000);
    private static final int REQUESTS = 1500;
    private static final int LAST = 200;

    @TempDir
    private Path folder;
    private final int port = Ports.free();

    @Test
    void nothingStandsStillAndWhatWasDroppedIsToldWhenSomebodyReads() throws Exception {
        try (RawServer first = new RawServer(RawServer.answering("ok"));
                HeadgateProcess headgate = new HeadgateProcess(folder, Redirect.PIPE, yaml(first.port()))
                        .ready()) {
            RawServer second = new RawServer(port, RawServer.answering("ok"));
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(headgate.get(LONG)).isEqualTo(200);
            }
            for (int i = 0; i < 2; i++) {
                await().atMost(PATIENCE).until(() -> !isDown(headgate));
                second.close();
                await().atMost(PATIENCE).until(() -> isDown(headgate));
                assertThat(headgate.get("/")).isEqualTo(200);
                second = new RawServer(port, RawServer.answering("ok"));
            }
            second.close();
            assertThat(headgate.command("/actuator/reload", "{}").status()).isEqualTo(200);
            assertThat(headgate.command("/actuator/pools/web/members/b", "{\"state\": \"drain\"}").status())
                    .isEqualTo(200);
            assertThat(headgate.status("/actuator/health/liveness")).isEqualTo(200);
            assertThat(headgate.manage("/actuator/prometheus").body().lines())
                    .anyMatch(line -> line.startsWith("headgate_log_dropped_total{lines=\"access\"}")
                            && !line.endsWith(" 0.0"));
            headgate.read();
            await().atMost(PATIENCE)
                    .until(() -> headgate.output().contains("lines of the access log were dropped"));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(headgate.output().lines())
                    .anyMatch(line -> line.contains(" audit ") && line.contains("after=\"drain\""))
                    .anyMatch(line -> line.contains("-> DOWN")));
            for (int i = 0; i < LAST; i++) {
                assertThat(headgate.get("/last" + i + LONG)).isEqualTo(200);
            }
            headgate.terminate();
            assertThat(headgate.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(headgate.output().lines()
                    .filter(line -> line.contains("target=\"/last"))).hasSize(LAST)); // an ordinary end loses
                                                                                      // none
            assertThat(headgate.output().lines().filter(line -> line.contains(" access layer=")))
                    .allMatch(line -> line.contains("\" micros=\"") && line.endsWith("\""));
        }
    }

    @Test
    void itEndsInItsTimeWhenNobodyReads() throws Exception {
        try (RawServer member = new RawServer(RawServer.answering("ok"));
                HeadgateProcess headgate = new HeadgateProcess(folder, Redirect.PIPE, yaml(member.port()))
                        .ready()) {
            for (int i = 0; i < 30; i++) {
                assertThat(headgate.get(LONG)).isEqualTo(200);
            }
            headgate.terminate();
            assertThat(headgate.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void aFullDeviceStopsNothing() throws Exception {
        try (RawServer member = new RawServer(RawServer.answering("ok"));
                HeadgateProcess headgate = new HeadgateProcess(folder, Redirect.to(new File("/dev/full")),
                        yaml(member.port())).ready()) {
            for (int i = 0; i < 30; i++) {
                assertThat(headgate.get(LONG)).isEqualTo(200);
            }
            await().atMost(PATIENCE).until(() -> headgate.manage("/actuator/prometheus").body().lines()
                    .anyMatch(line -> line.equals("headgate_log_dropped_total{lines=\"access\"} 30.0")));
            headgate.terminate();
            assertThat(headgate.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void whyAStartFailedIsInTheOutput() throws Exception {
        try (HeadgateProcess headgate = new HeadgateProcess(folder, Redirect.PIPE,
                "headgate.pools.web.balance: oops")) {
            headgate.read();
            assertThat(headgate.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
            await().atMost(PATIENCE).until(() -> headgate.output().contains("round-robin"));
            assertThat(headgate.output()).contains("headgate.pools.web.balance", "oops");
        }
    }

    private static boolean isDown(HeadgateProcess headgate) {
        return headgate.manage("/actuator/pools/web").body().contains("\"state\":\"DOWN\"");
    }

    private String yaml(int member) {
        return """
                headgate:
                  pools:
                    web:
                      members: [ { id: a, address: "127.0.0.1:%d" }, { id: b, address: "127.0.0.1:%d" } ]
                      health: { check: tcp, interval: 500ms, fast-interval: 100ms }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(member, port);
    }
}
