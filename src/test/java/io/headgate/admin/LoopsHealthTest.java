package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.testing.TestGateway;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** One of the event loops of a gateway is stuck for good. */
class LoopsHealthTest {

    @Test
    void theProbesSeeItAndTheEndDoesNotWaitForIt() {
        CountDownLatch over = new CountDownLatch(1);
        TestGateway gateway = TestGateway.start("""
                spring.lifecycle.timeout-per-shutdown-phase: 1s
                headgate.shutdown: { delay: 100ms, drain-timeout: 1s }
                """);
        try {
            assertThat(gateway.manage("/actuator/health/readiness").body())
                    .contains("\"eventLoops\":{\"status\":\"UP\"}");
            gateway.bean(EventLoops.class).next().execute(() -> {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> gateway.manage("/actuator/health/readiness").statusCode() == 503);
            assertThat(gateway.manage("/actuator/health/readiness").body()).contains("\"eventLoops\"",
                    "\"silent\":1",
                    "OUT_OF_SERVICE");
            assertThat(gateway.manage("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(gateway.manage("/actuator/prometheus").body()).contains("headgate_loops_stalled 1.0",
                    "headgate_loops_stalls_total 1.0");
            CompletableFuture<Void> end = CompletableFuture.runAsync(gateway::close);
            await().atMost(Duration.ofMinutes(1)).until(end::isDone);
        } finally {
            over.countDown();
        }
    }
}
