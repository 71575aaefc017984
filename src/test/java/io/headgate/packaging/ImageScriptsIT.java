package io.headgate.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The image's build without an image: its scripts lay the packaged jar out and train the AOT cache, and what
 * they leave starts with the image's entry point, from a folder without a configuration and without a place
 * to write.
 */
class ImageScriptsIT {

    /** From which on the JVM takes a machine with two CPUs for a server. */
    private static final long SERVER_MEMORY = 1792L << 20;
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    static Path folder = Path.of("");

    @BeforeAll
    static void extract_and_train() throws Exception {
        String jar = Objects.requireNonNull(System.getProperty("packaged.jar"),
                "packaged.jar: null (expected: a path)");
        assertThat(run("src/image/extract.sh", jar, image().toString())).isZero();
        assertThat(run("src/image/train.sh", image().toString())).isZero();
    }

    @Test
    void lays_out_the_application_its_libraries_and_nothing_that_only_root_may_read() throws IOException {
        assertThat(image().resolve("headgate.jar")).isRegularFile();
        assertThat(image().resolve("lib")).isDirectoryContaining("glob:**/spring-boot-*.jar")
                .as("native libraries for elsewhere")
                .isDirectoryNotContaining("glob:**/*{osx,windows,native-quic}*");
        assertThat(image().resolve("native"))
                .isDirectoryContaining("glob:**/libnetty_transport_native_epoll_*.so");
        assertThat(Files.readAllLines(image().resolve("jvm.options"))).containsAll(flags());
        try (var files = Files.walk(image())) {
            assertThat(files).allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file).toString())
                    .contains("OTHERS_READ").doesNotContain("OTHERS_WRITE"));
        }
    }

    @Test
    void starts_from_the_cache_serves_and_ends_on_sigterm() throws Exception {
        String log = serve(List.of("-XX:AOTMode=on", "-Djava.io.tmpdir=/nowhere"),
                (headgate, management) -> assertThat(
                        Files.readString(Path.of("/proc", headgate.pid() + "", "maps")))
                        .as("native transport").contains(image().resolve("native").toString()));
        assertThat(log).doesNotContain("[warning]", "[error");
    }

    /** Pods have what their limits leave the JVM to choose from. */
    @ParameterizedTest
    @CsvSource({"1, Using Serial", "2, Using G1"})
    void one_cache_serves_the_collector_that_the_cpus_choose(int cpus, String collector) throws Exception {
        assumeThat(cpus == 1 || memory() >= SERVER_MEMORY).isTrue();
        String log = serve(List.of("-XX:AOTMode=on", "-XX:ActiveProcessorCount=" + cpus, "-Xlog:gc"),
                (headgate, management) -> {
                });
        assertThat(log).contains(collector).doesNotContain("[warning]", "[error");
    }

    /** Maven makes it only where it may reach its repositories. */
    @Test
    void the_bill_of_materials_lies_there_and_is_shown() throws Exception {
        assumeThat(image().resolve("headgate.cdx.json")).exists();
        assertThat(Files.readString(image().resolve("headgate.cdx.json"))).contains("CycloneDX",
                "spring-cloud-gateway-server-webflux");
        serve(List.of(), (headgate, management) -> assertThat(get(management, "sbom/application").body())
                .contains("CycloneDX", "spring-cloud-gateway-server-webflux"));
    }

    /** That the test above can fail: the same start with one flag changed. */
    @Test
    void a_flag_that_the_training_did_not_have_loses_the_cache() throws Exception {
        Path log = folder.resolve("other.log");
        Process headgate = start(log, List.of("-XX:AOTMode=on", "-XX:-UseCompactObjectHeaders"), List.of());
        assertThat(headgate.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(headgate.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log)).contains("UseCompactObjectHeaders setting");
    }

    @Test
    void the_scripts_say_what_they_want() throws Exception {
        assertThat(run("src/image/extract.sh", "nothing.jar", image().toString())).isEqualTo(2);
        assertThat(run("src/image/train.sh", folder.toString())).isEqualTo(2);
    }

    private interface Visit {
        void to(Process headgate, int management) throws Exception;
    }

    /** Start, visit and SIGTERM; returns what was logged. */
    private static String serve(List<String> flags, Visit visit) throws Exception {
        int port = Ports.free();
        Path log = Files.createTempFile(folder, "start", ".log");
        Process headgate = start(log, flags, List.of("--server.port=0",
                "--management.server.address=127.0.0.1", "--management.server.port=" + port));
        try {
            await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(UncheckedIOException.class)
                    .until(() -> !headgate.isAlive() || get(port, "health/liveness").statusCode() == 200);
            assertThat(headgate.isAlive()).as(() -> text(log)).isTrue();
            visit.to(headgate, port);
        } finally {
            headgate.destroy();
            assertThat(headgate.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(headgate.exitValue()).as("128 + SIGTERM").isEqualTo(143);
        return Files.readString(log);
    }

    /** The entry point of the Dockerfile, at this place and with more flags and arguments. */
    private static Process start(Path log, List<String> flags, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        for (String word : entryPoint()) {
            if (word.equals("-jar")) {
                command.addAll(flags);
            }
            command.add(word.replace("/opt/headgate", image().toString()));
        }
        command.set(0, JAVA_HOME.resolve("bin/java").toString());
        command.addAll(arguments);
        Path empty = Files.createDirectories(folder.resolve("etc"));
        return new ProcessBuilder(command).directory(empty.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
    }

    private static List<String> entryPoint() throws IOException {
        String line = Files.readAllLines(Path.of("Dockerfile")).stream()
                .filter(l -> l.startsWith("ENTRYPOINT "))
                .findFirst().orElseThrow();
        List<String> words = new ArrayList<>();
        for (String word : line.substring("ENTRYPOINT [".length(), line.length() - 1).split(", ", -1)) {
            words.add(word.substring(1, word.length() - 1));
        }
        return words;
    }

    private static List<String> flags() throws IOException {
        return Files.readAllLines(Path.of("jvm.options"));
    }

    private static int run(String... command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", JAVA_HOME.toString());
        builder.environment().put("TRAINING_PORT", String.valueOf(Ports.free(3)));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exit = process.waitFor();
        System.out.print(output);
        return exit;
    }

    private static HttpResponse<String> get(int management, String endpoint) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + management + "/actuator/" + endpoint))
                    .build();
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bytes that a JVM on this machine takes for its own. */
    private static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path image() {
        return folder.resolve("image");
    }
}
