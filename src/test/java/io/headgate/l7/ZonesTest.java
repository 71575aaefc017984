package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zone preference and panic in the whole application. */
class ZonesTest {

    private final NotingMember near = new NotingMember("near");
    private final NotingMember far = new NotingMember("far");

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void close() throws Exception {
        near.close();
        far.close();
    }

    private String yaml(String zone) {
        return """
                headgate:
                  zone: %s
                  reload.watch: false
                  pools:
                    web:
                      members:
                        - { id: near, address: "%s", zone: eu-1 }
                        - { id: far, address: "%s", zone: eu-2 }
                      health: { check: tcp, interval: 200ms, fast-interval: 100ms }
                      zones: { prefer: true }
                      panic-threshold: 60
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(zone, near.address(), far.address());
    }

    @Test
    void workStaysInTheGatewaysOwnZoneWhichMayChangeAndPanicIsShown() throws Exception {
        Path file = folder.resolve("application.yml");
        Files.writeString(file, yaml("eu-1"));
        try (TestGateway gateway = TestGateway.start(file, "--server.port=0",
                "--management.server.port=0"); LogLines log = new LogLines("headgate.pool")) {
            Awaitility.await().until(() -> gateway.get("/").statusCode() == 200
                    && gateway.manage("/actuator/health/readiness").statusCode() == 200);
            for (int i = 0; i < 6; i++) {
                assertThat(gateway.get("/").body()).isEqualTo("near");
            }
            Files.writeString(file, yaml("eu-2"));
            assertThat(gateway.command("/actuator/reload", "").body()).contains("\"headgate.zone\"");
            for (int i = 0; i < 6; i++) {
                assertThat(gateway.get("/").body()).isEqualTo("far");
            }
            assertThat(gateway.manage("/actuator/pools/web").body()).contains("\"panic\":false",
                    "\"zone\":\"eu-1\"");
            far.close();
            Awaitility.await()
                    .until(() -> gateway.manage("/actuator/pools/web").body().contains("\"panic\":true"));
            assertThat(gateway.get("/").body()).as("tried again elsewhere").isEqualTo("near");
            assertThat(gateway.manage("/actuator/prometheus").body())
                    .contains("headgate_pool_panic{pool=\"web\"} 1.0");
            try (NotingMember back = new NotingMember("back", far.port())) {
                Awaitility.await().until(
                        () -> gateway.manage("/actuator/pools/web").body().contains("\"panic\":false"));
                assertThat(gateway.get("/").body()).isEqualTo("back");
                assertThat(back.heads()).isNotEmpty();
            }
            assertThat(log.lines()).filteredOn(line -> line.contains("panic")).hasSize(2);
        }
    }
}
