import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk cannot do, by h2load: HTTP/2 without TLS (prior knowledge), and HTTP/1.1 at a given rate. It
 * prints no percentiles, so they come from its log of every request.
 */
record H2Load(String path, int connections, List<String> options) implements Load {

    private static final Path LOG = Path.of("bench/work/h2load.log");
    private static final Pattern DONE = Pattern
            .compile("(\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");

    static H2Load http2(String path, int connections, int streams) {
        return new H2Load(path, connections, List.of("-m", Integer.toString(streams)));
    }

    /** So many requests a second by HTTP/1.1, however long the answers take. */
    static H2Load paced(String path, int connections, int perSecond) {
        return new H2Load(path, connections, List.of("--h1", "--rps=" + perSecond / connections));
    }

    @Override
    public String unit() {
        return "request";
    }

    @Override
    public Optional<String> probe(int port) {
        try {
            String output = Tool.run(command(port, "-n", "1", "-c", "1", "-T", "5"), Map.of(), 10);
            return output.contains("1 2xx") ? Optional.empty() : Optional.of("no 200");
        } catch (IOException failed) {
            return Optional.of("no answer (" + failed.getMessage() + ")");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    @Override
    public Sample run(int port, int seconds, int patience) throws IOException, InterruptedException {
        Files.deleteIfExists(LOG);
        String output = Tool.run(command(port, "-D", Integer.toString(seconds), "-t", "1", "-c",
                Integer.toString(connections), "--log-file=" + LOG), Map.of(), seconds + patience);
        Matcher done = DONE.matcher(output);
        if (!done.find()) {
            throw new IOException("h2load: " + output.strip() + " (expected: a summary)");
        }
        double[] millis = latencies();
        long errors = Long.parseLong(done.group(2)) + Long.parseLong(done.group(4));
        return new Sample(Long.parseLong(done.group(1)), seconds, errors, at(millis, 0.5), at(millis, 0.99),
                at(millis, 0.999));
    }

    /** A line of the log: time of the start, status, µs taken. */
    private static double[] latencies() throws IOException {
        try (var lines = Files.lines(LOG)) {
            double[] millis = lines
                    .mapToDouble(l -> Long.parseLong(l.substring(l.lastIndexOf('\t') + 1)) / 1e3).toArray();
            Arrays.sort(millis);
            return millis;
        }
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
    }

    private List<String> command(int port, String... arguments) {
        List<String> command = new ArrayList<>(List.of("h2load"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        command.add("http://127.0.0.1:" + port + path);
        return command;
    }
}
