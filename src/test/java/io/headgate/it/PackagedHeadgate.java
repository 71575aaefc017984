package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.headgate.testing.Ports;
import io.headgate.testing.TestGateway;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The packaged jar as a process of its own, in a folder of the test's, on free ports; killed at the end. */
final class PackagedHeadgate implements AutoCloseable {

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** Of the password "secret" of "admin", for a test that writes. */
    static final String PASSWORD_HASH = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("secret");

    private final Path folder;
    private final List<String> flags;
    private final List<String> arguments;
    private final int port;
    private final int managementPort;
    private final Path log;
    private final Process process;

    private PackagedHeadgate(Path folder, List<String> flags, List<String> arguments, int port,
            int managementPort) throws IOException {
        this.folder = folder;
        this.flags = flags;
        this.arguments = arguments;
        this.port = port;
        this.managementPort = managementPort;
        log = folder.resolveSibling(folder.getFileName() + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of("jvm.options").toAbsolutePath());
        command.add("-XX:TieredStopAtLevel=1"); // it lives for seconds: the second compiler never pays off
        command.addAll(flags);
        command.add("-jar");
        command.add(
                Objects.requireNonNull(System.getProperty("packaged.jar"),
                        "packaged.jar: null (expected: a path)"));
        command.add("--server.port=" + port);
        command.add("--management.server.port=" + managementPort);
        command.addAll(arguments);
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(Redirect.appendTo(log.toFile())).start();
    }

    /** Starts in the folder, which must have a parent for the log, and waits until it is ready. */
    static PackagedHeadgate start(Path folder, String... arguments) throws IOException {
        return start(folder, List.of(), arguments);
    }

    /** The same with flags for the JVM, which come after those of jvm.options. */
    static PackagedHeadgate start(Path folder, List<String> flags, String... arguments) throws IOException {
        return ready(new PackagedHeadgate(folder, flags, List.of(arguments), Ports.free(),
                Ports.free()));
    }

    /** Another process in the place of this one, which has ended. */
    PackagedHeadgate startAgain() throws IOException {
        client.close();
        return ready(new PackagedHeadgate(folder, flags, arguments, port, managementPort));
    }

    private static PackagedHeadgate ready(PackagedHeadgate headgate) {
        try {
            await().atMost(Duration.ofSeconds(90)).until(() -> !headgate.alive() || headgate.ready());
            assertThat(headgate.alive()).as(headgate::log).isTrue();
            return headgate;
        } catch (RuntimeException | Error e) {
            headgate.close();
            throw e;
        }
    }

    /** Starts with this application.yml in the folder {@code name} below a temporary one. */
    static PackagedHeadgate with(Path parent, String yaml) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("headgate"));
        Files.writeString(folder.resolve("application.yml"), yaml);
        return start(folder);
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    long pid() {
        return process.pid();
    }

    /** How many files and sockets are open now. */
    int descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) open.count();
        }
    }

    /** The processor time that it has used so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean ready() {
        return readiness() == 200;
    }

    /** The readiness probe's status, 0 where nobody answers. */
    int readiness() {
        try {
            return send(managementPort, HttpRequest.newBuilder(), "/actuator/health/readiness").statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    HttpResponse<String> get(String path) {
        return send(port, HttpRequest.newBuilder(), path);
    }

    /** Writes to the management port, with the password of {@link #PASSWORD_HASH}. */
    HttpResponse<String> command(String path, String json) {
        return send(managementPort,
                HttpRequest.newBuilder().POST(BodyPublishers.ofString(json))
                        .header("Content-Type", "application/json")
                        .header("Authorization", TestGateway.CREDENTIALS),
                path);
    }

    /** What a JSON path finds in an answer of the management port. */
    Object manage(String path, String jsonPath) {
        return JsonPath.read(send(managementPort, HttpRequest.newBuilder(), path).body(), jsonPath);
    }

    String state(String pool, String member) {
        Object states = manage("/actuator/pools/" + pool, "$.members[?(@.id=='" + member + "')].state");
        return String.valueOf(((List<?>) states).getFirst());
    }

    /** Over all pools. */
    int inFlight() {
        List<?> counts = (List<?>) manage("/actuator/pools", "$.pools[*].members[*].inFlight");
        return counts.stream().mapToInt(count -> (Integer) count).sum();
    }

    void awaitNothingInFlight() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(inFlight()).isZero());
    }

    HttpResponse<String> send(int to, HttpRequest.Builder request, String path) {
        try {
            return client.send(request.uri(URI.create("http://127.0.0.1:" + to + path))
                    .timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Resident memory in bytes. */
    long resident() {
        return memory("VmRSS:");
    }

    /** The most that was ever resident, in bytes. */
    long peak() {
        return memory("VmHWM:");
    }

    private long memory(String name) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            String line = lines.filter(l -> l.startsWith(name)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int exitStatus(Duration within) throws InterruptedException {
        assertThat(process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)).as(this::log).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        client.close();
    }
}
