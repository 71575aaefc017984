import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of ours, pinned to one CPU. Whatever ends the benchmark ends it too. */
final class Child implements AutoCloseable {

    private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();
    private static final long SECONDS_TO_END = 3;

    private final Process process;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static void killAllAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Child::close)));
    }

    static Child start(String cpu, Path folder, List<String> command) throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpu));
        pinned.addAll(command);
        File log = folder.resolve("log").toFile();
        ProcessBuilder builder = new ProcessBuilder(pinned).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        // Caddy writes into these folders even when it is told to keep nothing.
        builder.environment().put("XDG_DATA_HOME", folder.toAbsolutePath().toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.toAbsolutePath().toString());
        Child child = new Child(builder.start(), log.toPath());
        RUNNING.add(child);
        return child;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits that long or until the process has ended. */
    void pause(long millis) throws InterruptedException {
        process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    Usage usage() {
        return Usage.of(process.toHandle());
    }

    /** Whether a Spring application has said that it is up; others say nothing. */
    boolean saysStarted() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.anyMatch(line -> line.contains("Started "));
        } catch (IOException | UncheckedIOException unreadable) {
            return false;
        }
    }

    /** The last line that looks like a reason, for a table that says why a proxy is not there. */
    String lastWords() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines
                    .filter(line -> line
                            .matches("(?i).*(error|alert|emerg|expected|fail|unknown|reason|caused by).*"))
                    .reduce((_, last) -> last).map(line -> line.substring(0, Math.min(200, line.length())))
                    .orElse("");
        } catch (IOException | UncheckedIOException unreadable) {
            return "";
        }
    }

    /** Asks the process and its workers to end, and does not leave before they have. */
    @Override
    public void close() {
        List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
        tree.add(process.toHandle());
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        tree.forEach(ProcessHandle::destroyForcibly);
        RUNNING.remove(this);
    }
}
