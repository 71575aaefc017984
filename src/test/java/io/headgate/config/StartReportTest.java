package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.ConfigurableEnvironment;

class StartReportTest {

    @Test
    void anOptionThatThisJvmDoesNotKnowIsNamed() throws IOException {
        assertThat(UnknownFlags.among(Files.readAllLines(Path.of("jvm.options")))).isEmpty();
        assertThat(UnknownFlags.among(List.of("-XX:+NoSuchFlag", "-Xmx1g", "-XX:MaxRamPercentage=50",
                "-XX:MaxRAMPercentage=50", "-XX:VMOptionsFile=a"))).containsExactly("-XX:+NoSuchFlag",
                        "-XX:MaxRamPercentage=50");
    }

    @Test
    void whatListensWhereIsTold() {
        try (TestGateway gateway = TestGateway.start("""
                headgate:
                  pools: { db: { members: [ "127.0.0.1:9" ], health: { check: none } } }
                  listeners: { db: { bind: "127.0.0.1:0", pool: db } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: one, uri: "lb://db", predicates: [ "Path=/one" ] }
                  - { id: two, uri: "lb://db", predicates: [ "Path=/two" ], filters: [ "SaveSession=" ] }
                """)) {
            List<String> lines = gateway.bean(StartReport.class)
                    .lines(gateway.bean(ConfigurableEnvironment.class));
            assertThat(lines).anyMatch(line -> line.matches("Configuration: .*headgate\\d+\\.yml"))
                    .contains("Layer 7: http://0.0.0.0:" + gateway.port()
                            + ", 2 routes; on the slow lane: two (why: /actuator/lanes)")
                    .contains("Layer 4: db on 127.0.0.1:0, tcp to pool db").contains("Pools: db")
                    .anyMatch(line -> line.matches("Management: http://127.0.0.1:\\d+/"));
        }
    }
}
