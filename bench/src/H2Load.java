import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP/2 without TLS by h2load (prior knowledge). It prints no percentiles, so they come from its log of
 * every request.
 */
record H2Load(String path, int connections, int streams) implements Load {

    private static final Path LOG = Path.of("bench/work/h2load.log");
    private static final Pattern DONE = Pattern
            .compile("(\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");

    @Override
    public String unit() {
        return "request";
    }

    @Override
    public Optional<String> probe(int port) {
        try {
            String output = Tool.run(List.of("h2load", "-n", "1", "-c", "1", "-T", "5", url(port)), Map.of(),
                    10);
            return output.contains("1 2xx") ? Optional.empty() : Optional.of("no 200 by HTTP/2");
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
        String output = Tool.run(List.of("h2load", "-D", Integer.toString(seconds), "-t", "1", "-c",
                Integer.toString(connections), "-m", Integer.toString(streams), "--log-file=" + LOG,
                url(port)), Map.of(),
                seconds + patience);
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

    private String url(int port) {
        return "http://127.0.0.1:" + port + path;
    }
}
