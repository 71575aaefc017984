import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a load generator to its end, with a limit on how long that may take. */
final class Tool {

    private Tool() {
    }

    static String run(List<String> command, Map<String, String> environment, int limitSeconds)
            throws IOException, InterruptedException {
        Path output = Path.of("bench/work/tool.log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Thread stop = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + ": not ended after " + limitSeconds + " s");
            }
            return Files.readString(output);
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(stop);
        }
    }
}
