package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of this machine. */
public final class Tool {

    private static final Path POSTGRES = Path.of("/usr/lib/postgresql");

    private Tool() {
    }

    public static Optional<Path> find(String name) {
        return folders().stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
    }

    public static String path(String name) {
        return find(name).orElseThrow().toString();
    }

    /** The search path, and where Debian keeps what is not on a user's. */
    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String path = System.getenv("PATH");
        if (path != null) {
            Arrays.stream(path.split(File.pathSeparator, -1)).filter(part -> !part.isEmpty()).map(Path::of)
                    .forEach(folders::add);
        }
        folders.add(Path.of("/usr/sbin"));
        if (Files.isDirectory(POSTGRES)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(POSTGRES)) {
                versions.forEach(version -> folders.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folders;
    }

    /** Runs to its end, which has to be a success, and returns what it wrote. */
    static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("tool", ".log");
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectInput(new File("/dev/null")).redirectOutput(output.toFile()).start();
            boolean ended = process.waitFor(100, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String text = Files.readString(output);
            assertThat(ended).as("%s ends: %s", Arrays.asList(command), text).isTrue();
            assertThat(process.exitValue()).as("%s: %s", Arrays.asList(command), text).isZero();
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** Sends a signal by its name, such as STOP. */
    static void signal(Process process, String signal) throws IOException, InterruptedException {
        run(Path.of("/"), "kill", "-" + signal, Long.toString(process.pid()));
    }
}
