package io.headgate.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

class MigrationTest {

    @Test
    void onlyAPartOfAKeyIsInsertedAndAllElseStays() {
        assertThat(Migration.yaml("""
                # the gateway of the shop: ü 😀
                spring:
                  application: { name: shop }
                  cloud:
                    gateway:       # before 5
                      default-filters:
                        - AddRequestHeader=X-A, b   # kept
                      routes: [ { id: a, uri: "lb://a", predicates: [ "Path=/**" ] } ]
                ---
                "spring.cloud.gateway.httpclient.connect-timeout": 1000
                spring.cloud:
                  gateway:
                    server.webflux.metrics.enabled: true
                    'globalcors': { }
                """)).isEqualTo("""
                # the gateway of the shop: ü 😀
                spring:
                  application: { name: shop }
                  cloud:
                    gateway.server.webflux:       # before 5
                      default-filters:
                        - AddRequestHeader=X-A, b   # kept
                      routes: [ { id: a, uri: "lb://a", predicates: [ "Path=/**" ] } ]
                ---
                "spring.cloud.gateway.server.webflux.httpclient.connect-timeout": 1000
                spring.cloud:
                  gateway:
                    server.webflux.metrics.enabled: true
                    'server.webflux.globalcors': { }
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"a: b", "spring: { cloud: [ gateway ] }",
            "spring.cloud.gateway: { server: { webflux: { routes: [] } } }", "spring.cloud.gateway.mvc.x: 1",
            "spring.cloud.gateway: {}", "spring.cloud.gateways.routes: []",
            "my: { spring.cloud.gateway.routes: [] }"})
    void whatIsNoOldNameStays(String yaml) {
        assertThat(Migration.yaml(yaml)).isEqualTo(yaml);
    }

    @Test
    void javasOwnFormatIsReadToo() {
        assertThat(Migration.properties("""
                # spring.cloud.gateway.routes
                spring.cloud.gateway.routes[0].id=a
                 spring.cloud.gateway.httpclient.wiretap = true
                spring.cloud.gateway.server.webflux.routes[1].id=b
                """)).isEqualTo("""
                # spring.cloud.gateway.routes
                spring.cloud.gateway.server.webflux.routes[0].id=a
                 spring.cloud.gateway.server.webflux.httpclient.wiretap = true
                spring.cloud.gateway.server.webflux.routes[1].id=b
                """);
    }

    @Test
    void eachFileThatIsReadIsMigrated(@TempDir Path folder) throws IOException {
        Path one = Files.writeString(folder.resolve("application.yml"), "spring.profiles.active: blue\n");
        Path two = Files.writeString(folder.resolve("application-blue.yml"),
                "spring.cloud.gateway.routes: []");
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(
                new SimpleCommandLinePropertySource("--spring.config.location=file:" + folder + "/"));
        assertThat(Migration.of(environment)).isEqualTo(Map.of(one, "spring.profiles.active: blue\n", two,
                "spring.cloud.gateway.server.webflux.routes: []"));
    }
}
