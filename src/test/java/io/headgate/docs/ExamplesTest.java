package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Ports;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is a configuration that the application starts with. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples");
    private static final Pattern BIND = Pattern
            .compile("(bind: \"?(?:127\\.0\\.0\\.1|0\\.0\\.0\\.0):)\\d+");

    @TempDir
    private static Path certificates;

    @BeforeAll
    static void issue() throws IOException {
        for (String name : List.of("shop", "api", "admin")) {
            TestAuthority.write(TestAuthority.ours().issue(name + ".example.org"), certificates, name);
        }
        TestAuthority.write(TestAuthority.ours().authority(), certificates, "partners");
        Files.writeString(certificates.resolve("admins"),
                "ops:$2b$05$sTgwhWpI.j9r6eWcZXYHIeC7qkpFad1ifIhCg9l7yWeN/yw2Zs/Ri");
        Files.createDirectory(certificates.resolve("errors"));
        Files.writeString(certificates.resolve("errors/lost.html"), "lost");
        Files.writeString(certificates.resolve("errors/sorry.html"), "sorry");
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
        String listenersOnFreePorts = BIND.matcher(yaml).replaceAll(bind -> bind.group(1)
                + (yaml.contains("redirect: ") ? Ports.free() : 0)); // to which port, has to be known
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
