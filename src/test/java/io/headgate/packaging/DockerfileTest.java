package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the image is by its Dockerfile; what its scripts make is tested by {@link ImageScriptsIT}. */
class DockerfileTest {

    @Test
    void runs_as_a_user_with_a_number_which_kubernetes_can_tell_from_root() throws IOException {
        assertThat(result("USER")).containsExactly("USER 10001:10001");
    }

    @Test
    void starts_java_without_a_shell_from_the_one_file_of_flags() throws IOException {
        assertThat(result("ENTRYPOINT")).singleElement().asString().startsWith("ENTRYPOINT [\"java\", ")
                .contains("\"@/opt/headgate/jvm.options\"", "\"-XX:AOTCache=/opt/headgate/headgate.aot\"");
        assertThat(result("CMD")).isEmpty();
        assertThat(result("RUN")).as("would need a shell in the base").isEmpty();
        assertThat(result("STOPSIGNAL")).containsExactly("STOPSIGNAL SIGTERM");
    }

    @Test
    void leaves_the_checks_to_the_orchestrator() throws IOException {
        assertThat(result("HEALTHCHECK")).isEmpty();
    }

    @Test
    void takes_its_base_from_an_argument_and_trains_on_the_same() throws IOException {
        List<String> lines = lines();
        assertThat(lines).contains("ARG JRE_IMAGE=eclipse-temurin:25-jre",
                "ARG TRAINING_IMAGE=${JRE_IMAGE}",
                "FROM ${TRAINING_IMAGE} AS training", "FROM ${JRE_IMAGE} AS base");
    }

    @Test
    void takes_the_kernels_programs_only_when_asked() throws IOException {
        List<String> lines = lines();
        assertThat(lines).contains("ARG VARIANT", "FROM base${VARIANT}");
        assertThat(lines.get(lines.indexOf("FROM ${JRE_IMAGE} AS base-kernel") + 1))
                .startsWith("RUN ").contains(" nftables conntrack ");
    }

    @Test
    void has_the_labels_of_the_oci() throws IOException {
        assertThat(result("LABEL")).singleElement().asString().contains(
                "org.opencontainers.image.title=", "org.opencontainers.image.description=",
                "org.opencontainers.image.licenses=\"Apache-2.0\"", "org.opencontainers.image.version=",
                "org.opencontainers.image.revision=", "org.opencontainers.image.created=");
    }

    @Test
    void the_build_sees_what_it_copies_and_nothing_else() throws IOException {
        List<String> rules = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> !line.startsWith("#")).toList();
        assertThat(rules).first().isEqualTo("*");
        assertThat(rules).filteredOn(rule -> rule.startsWith("!"))
                .allSatisfy(rule -> assertThat(Path.of(rule.substring(1))).exists())
                .contains("!.mvn", "!mvnw", "!pom.xml", "!eclipse-format.xml", "!jvm.options", "!src");
    }

    /** Instructions of this kind in the last stage, which is the image. */
    private static List<String> result(String instruction) throws IOException {
        List<String> lines = lines();
        return lines.subList(lines.indexOf("FROM base${VARIANT}"), lines.size()).stream()
                .filter(line -> line.startsWith(instruction + " ")).toList();
    }

    /** Without comments, and each instruction in one line. */
    private static List<String> lines() throws IOException {
        return Files.readString(Path.of("Dockerfile")).replaceAll("\\\\\\n\\s*", "").lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
}
