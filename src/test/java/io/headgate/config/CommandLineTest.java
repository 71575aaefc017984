package io.headgate.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.Headgate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class CommandLineTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private OptionalInt run(String typed, String... args) {
        printed.reset();
        return new CommandLine(folder, new ByteArrayInputStream(typed.getBytes(UTF_8)),
                new PrintStream(printed, true, UTF_8)).run(args);
    }

    private String printed() {
        return printed.toString(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--chek | Did you mean --check?", "--hlep | Did you mean --help?",
            "-x | --help lists the options.", "--init=webb | one of web, microservices, database, kubernetes",
            "--init | one of web, microservices, database, kubernetes"})
    void whatIsNoOptionStartsNothing(String arg, String answer) {
        assertThat(run("", arg)).hasValue(2);
        assertThat(printed()).startsWith(arg).contains(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--server.port=80", "--spring.main.banner-mode=off", "--check", "--check=json",
            "--debug", "word"})
    void theRestIsForTheGateway(String arg) {
        assertThat(run("", arg)).isEmpty();
    }

    @Test
    void helpAndVersionAreTold() {
        assertThat(run("", "--server.port=1", "--help")).hasValue(0);
        assertThat(printed()).contains("--check", "--init=KIND", "--hash-password");
        assertThat(run("", "--version")).hasValue(0);
        assertThat(printed()).startsWith("Headgate ").contains("Java 25");
    }

    @Test
    void aPasswordIsHashedAsTheManagementTakesIt() {
        assertThat(run("s3cret\n", "--hash-password")).hasValue(0);
        String hash = printed().strip();
        assertThat(hash).startsWith("{bcrypt}");
        assertThat(new BCryptPasswordEncoder().matches("s3cret", hash.substring("{bcrypt}".length())))
                .isTrue();
        assertThat(run("", "--hash-password")).hasValue(2);
        assertThat(run("x".repeat(73), "--hash-password")).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "microservices", "database", "kubernetes"})
    void aFileToBeginWithIsValidAndIsNeverOverwritten(String kind) throws Exception {
        assertThat(run("", "--init=" + kind)).hasValue(0);
        assertThat(printed()).startsWith("application.yml is written. ");
        Path file = folder.resolve("application.yml");
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        assertThat(Check.run(Headgate.class,
                new String[]{"--check", "--spring.config.location=classpath:/application.yml,file:" + file},
                new PrintStream(report, true, UTF_8))).isZero();
        assertThat(report.toString(UTF_8)).isEqualToIgnoringNewLines("The configuration is valid.");
        Files.writeString(file, "mine");
        assertThat(run("", "--init=" + kind)).hasValue(2);
        assertThat(file).hasContent("mine");
    }
}
