package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.headgate.it.Load;
import io.headgate.testing.Pause;
import io.headgate.testing.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rendered pod deleted under load, as a rolling update does it. */
class HelmShutdownIT {

    private static final String VALUES = """
            preStop: { sleep: { seconds: 1 } }
            config:
              headgate:
                shutdown: { delay: 4s, drain-timeout: 3s }
                pools:
                  web: { members: ["web:8080"] }
                listeners:
                  raw: { bind: "0.0.0.0:5432", pool: web }
              spring:
                lifecycle: { timeout-per-shutdown-phase: 5s }
              spring.cloud.gateway.server.webflux.routes:
                - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
            """;

    @TempDir
    Path folder = Path.of("");

    @Test
    void a_pod_deleted_under_load_loses_no_request_and_ends_within_its_grace_period() throws Exception {
        Manifests manifests = HelmChart.render(VALUES);
        long grace = manifests.pod().getTerminationGracePeriodSeconds();
        assertThat(grace).isEqualTo(1 + 4 + 5 + 3 + 10);
        try (LocalPod pod = LocalPod.start(manifests, folder)) {
            pod.awaitReady();
            try (Load load = Load.start(pod.port("http"), 8);
                    Wire endless = new Wire(pod.port("TCP", 5432))) {
                load.awaitMore(200);
                long slept = preStop(manifests, load);
                CompletableFuture<Integer> status = pod.terminate(Duration.ofSeconds(grace - slept));
                await().atMost(Duration.ofSeconds(4)).until(() -> !pod.ready());
                load.awaitMore(20); // what still arrives, because not everybody has heard of it
                load.goElsewhere();
                load.awaitNobodyLeft();
                assertThat(load.failures()).isEmpty();
                assertThat(load.answered(200)).as(load::toString).isEqualTo(load.sent());
                assertThat(status.get(grace, TimeUnit.SECONDS)).as("128 + SIGTERM, not SIGKILL")
                        .isEqualTo(143);
                endless.readAll();
            }
        }
    }

    /** As the node does, which needs nothing of the image for it; while it sleeps, the pod serves on. */
    private static long preStop(Manifests manifests, Load load) {
        LifecycleHandler hook = manifests.headgate().getLifecycle().getPreStop();
        assertThat(hook.getExec()).as("needs a shell").isNull();
        long seconds = hook.getSleep().getSeconds();
        long before = load.answered(200);
        Pause.of(Duration.ofSeconds(seconds), "the node's sleep, in which the pod serves on");
        await().until(() -> load.answered(200) > before);
        return seconds;
    }
}
