package io.headgate.observe.output;

import static org.awaitility.Awaitility.await;

import io.headgate.Headgate;
import io.headgate.testing.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Headgate as a process of its own, from the class path; its output is a pipe until {@link #read} reads it.
 */
final class HeadgateProcess implements AutoCloseable {

    private static final String CREDENTIALS = "Basic "
            + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8));

    final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Process process;

    HeadgateProcess(Path folder, Redirect output, String yaml) throws IOException {
        Files.writeString(folder.resolve("application.yml"), yaml);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("jvm.options").toAbsolutePath(), "-Xmx160m", "-XX:TieredStopAtLevel=1", "-cp",
                classPath(), Headgate.class.getName(), "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--headgate.management.password={bcrypt}" + new BCryptPasswordEncoder(4).encode("secret")));
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output).start();
    }

    /** Without the tests, which have a logback-test.xml of their own. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(path -> !path.contains("test-classes"))
                .map(path -> Path.of(path).toAbsolutePath().toString()).collect(Collectors.joining(":"));
    }

    HeadgateProcess ready() {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !process.isAlive() || status("/actuator/health/readiness") == 200);
        return this;
    }

    Process process() {
        return process;
    }

    /** SIGTERM, without closing its output as {@link Process#destroy} does. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Begins to read what is written. */
    void read() {
        Thread.ofVirtual().start(() -> {
            InputStream from = process.getInputStream();
            byte[] some = new byte[8192];
            try {
                for (int n = from.read(some); n > 0; n = from.read(some)) {
                    synchronized (output) {
                        output.write(some, 0, n);
                    }
                }
            } catch (IOException e) {
                // the process has ended
            }
        });
    }

    String output() {
        byte[] copy;
        synchronized (output) { // for as short as can be: the process waits for its reader
            copy = output.toByteArray();
        }
        return new String(copy, StandardCharsets.UTF_8);
    }

    /** The status, 0 where nobody answers. */
    int get(String target) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))).status;
    }

    int status(String path) {
        return manage(path).status;
    }

    record Answer(int status, String body) {}

    Answer manage(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)));
    }

    Answer command(String path, String json) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .header("Content-Type", "application/json").header("Authorization", CREDENTIALS)
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.timeout(Duration.ofSeconds(60)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
    }
}
