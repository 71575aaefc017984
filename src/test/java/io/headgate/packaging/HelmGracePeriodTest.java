package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The time that a pod is given to end: what it takes, and 10 seconds for the JVM. */
class HelmGracePeriodTest {

    @Test
    void a_sleep_before_the_signal_counts() {
        assertThat(grace("preStop: { sleep: { seconds: 7 } }")).isEqualTo(7 + 10 + 30 + 30 + 10);
        assertThat(grace("preStop: { httpGet: { path: /, port: 1 } }")).isEqualTo(10 + 30 + 30 + 10);
    }

    @Test
    void the_users_own_number_has_precedence() {
        assertThat(grace("{ terminationGracePeriodSeconds: 300, preStop: { sleep: { seconds: 7 } } }"))
                .isEqualTo(300);
    }

    /** The chart cannot ask the jar: what it takes for the defaults are the jar's. */
    @Test
    void what_the_configuration_leaves_out_is_taken_as_the_jar_does() throws IOException {
        String schema = Files.readString(Path.of("docs", "headgate.schema.json"));
        String path = "$.properties.headgate.properties.shutdown.properties";
        assertThat(JsonPath.<String>read(schema, path + ".delay.default")).isEqualTo("0s");
        assertThat(JsonPath.<String>read(schema, path + ".drain-timeout.default")).isEqualTo("30s");
        assertThat(Files.readString(Path.of("src/main/resources/application.yml")))
                .contains("timeout-per-shutdown-phase: 30s");
        assertThat(grace("config: { headgate: { shutdown: null }, spring: null }"))
                .isEqualTo(30 + 30 + 10);
    }

    private static long grace(String values) {
        return HelmChart.render(values).pod().getTerminationGracePeriodSeconds();
    }
}
