package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is a configuration that the application starts with. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples");

    @TempDir
    private static Path certificates;

    @BeforeAll
    static void issue() {
        TestAuthority.write(TestAuthority.ours().issue("shop.example.org"), certificates, "shop");
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(folder -> Files.exists(folder.resolve("application.yml"))).sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theApplicationStartsWithIt(Path example) throws IOException {
        String yaml = Files.readString(example.resolve("application.yml"));
        String listenersOnFreePorts = yaml.replaceAll(
                "bind: (\"?)(127\\.0\\.0\\.1|0\\.0\\.0\\.0):\\d+", "bind: $1$2:0");
        try (TestGateway gateway = TestGateway.start(listenersOnFreePorts,
                "--CERTIFICATES=" + certificates)) {
            assertThat(gateway.manage("/actuator/pools").body()).contains("\"members\":[{");
            assertThat(gateway.manage("/actuator/health/liveness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void everyExampleIsListed() throws IOException {
        String index = Files.readString(EXAMPLES.resolve("README.md"));
        assertThat(examples()).allSatisfy(
                example -> assertThat(index).contains("(" + example.getFileName() + "/application.yml)"));
    }
}
