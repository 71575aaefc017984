package io.headgate.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.Headgate;
import io.headgate.config.Check;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.Environment;

class JarDefaultsTest {

    @Test
    void theyHoldWhereTheUserNamesTheOnlyFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mine.yml");
        try (RawServer blue = new RawServer(RawServer.answering("blue"))) {
            Files.writeString(file, """
                    server.port: 0
                    management.server.port: 0
                    server.netty.max-initial-line-length: 4KB
                    headgate.pools.blue: { members: [ "%s" ], health: { check: none } }
                    spring.cloud.gateway.server.webflux.routes:
                      - { id: blue, uri: "lb://blue", predicates: [ "Path=/blue" ] }
                    """.formatted(blue.address()));
            try (TestGateway gateway = TestGateway.start(file, "--spring.config.location=file:" + file)) {
                assertThat(gateway.get("/blue").body()).isEqualTo("blue");
                Environment environment = gateway.bean(Environment.class);
                assertThat(environment.getProperty("server.forward-headers-strategy")).isEqualTo("none");
                assertThat(environment.getProperty("server.netty.max-initial-line-length")).isEqualTo("4KB");
                Files.writeString(file, Files.readString(file).replace("Path=/blue", "Path=/other"));
                assertThat(gateway.command("/actuator/reload", "").statusCode()).isEqualTo(200);
                assertThat(gateway.get("/other").body()).isEqualTo("blue");
            }
        }
        assertThat(Check.run(Headgate.class,
                new String[]{"--check", "--spring.config.location=file:" + file}, System.out)).isZero();
    }
}
