package io.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar that somebody starts where there is no configuration does nothing that surprises. */
class EmptyFolderIT {

    @TempDir
    Path temporary = Path.of("");

    /** The jar's main class can be loaded by Java 17. Where a Java of that age is installed, it is run. */
    @Test
    void anOlderJavaSaysWhichOneIsNeeded() throws Exception {
        String packaged = System.getProperty("packaged.jar");
        try (JarFile jar = new JarFile(packaged);
                DataInputStream launcher = new DataInputStream(jar.getInputStream(
                        jar.getEntry("BOOT-INF/classes/io/headgate/Launcher.class")))) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Start-Class"))
                    .isEqualTo("io.headgate.Launcher");
            assertThat(launcher.readInt()).isEqualTo(0xCAFEBABE);
            assertThat(launcher.readInt()).as("class file version of Java 17").isEqualTo(61);
        }
        Path older = Path.of("/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
        if (Files.isExecutable(older)) {
            Process process = new ProcessBuilder(older.toString(),
                    "@" + Path.of("jvm.options").toAbsolutePath(), "-jar", packaged).redirectErrorStream(true)
                    .start();
            assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).hasLineCount(1)
                    .startsWith("Headgate needs Java 25; this is Java 17");
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }

    @Test
    void isSafeAndEndsOnSigterm() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("empty"));
        try (PackagedHeadgate headgate = PackagedHeadgate.start(folder)) {
            HttpResponse<String> answer = headgate.get("/anything");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains("problem+json");
            assertThat(answer.body()).contains("no-route");

            assertThat(headgate.manage("/actuator/pools", "$.pools")).isEqualTo(List.of());
            assertThat(headgate.manage("/actuator/listeners", "$.listeners")).isEqualTo(List.of());

            // all of 127/8 is this machine: what listens on every address listens on 127.0.0.2 too
            new Socket("127.0.0.2", headgate.port()).close();
            assertThatThrownBy(() -> new Socket("127.0.0.2", headgate.managementPort()).close())
                    .as("management listens on 127.0.0.1 alone").isInstanceOf(ConnectException.class);
            assertThat(headgate.get("/actuator/health").statusCode()).as("management on the L7 port")
                    .isEqualTo(404);

            headgate.terminate();
            assertThat(headgate.exitStatus(Duration.ofSeconds(15))).as("128 + SIGTERM").isEqualTo(143);
            assertThat(folder).as("files that the start leaves behind").isEmptyDirectory();
        }
    }
}
