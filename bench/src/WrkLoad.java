import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * HTTP/1.1 by wrk. Long bodies are counted by the bytes that arrived, because too few requests end within a
 * round for those under way at its end not to matter.
 */
record WrkLoad(String scheme, String path, int connections, List<String> headers, int postBytes,
        int bodyBytes, String urls)
        implements
            Load {

    private static final Pattern REPORT = Pattern.compile(
            "report requests=(\\d+) micros=(\\d+) bytes=(\\d+) p50=(\\d+) p99=(\\d+) p999=(\\d+) errors=(\\d+)");

    static WrkLoad get(String path) {
        return new WrkLoad("http", path, 64, List.of(), 0, 0, "1");
    }

    static WrkLoad bulk(String path, int bodyBytes, int connections) {
        return new WrkLoad("http", path, connections, List.of(), 0, bodyBytes, "1");
    }

    WrkLoad post(int bytes) {
        return new WrkLoad(scheme, path, connections, headers, bytes, bodyBytes, urls);
    }

    WrkLoad header(String header) {
        return new WrkLoad(scheme, path, connections,
                Stream.concat(headers.stream(), Stream.of(header)).toList(),
                postBytes, bodyBytes, urls);
    }

    /** Another URL each time: "new", or a number of them that are asked for by Zipf's law. */
    WrkLoad urls(String which) {
        return new WrkLoad(scheme, path, connections, headers, postBytes, bodyBytes, which);
    }

    WrkLoad tls() {
        return new WrkLoad("https", path, connections, headers, postBytes, bodyBytes, urls);
    }

    @Override
    public String unit() {
        return "request";
    }

    @Override
    public Optional<String> probe(int port) {
        return Probe.send(url(port), headers, postBytes);
    }

    @Override
    public Sample run(int port, int seconds, int patience) throws IOException, InterruptedException {
        return drive(List.of(), "127.0.0.1:" + port, seconds, patience);
    }

    /**
     * The same from anywhere to anywhere.
     *
     * @param where what a command begins with that runs there
     */
    Sample drive(List<String> where, String address, int seconds, int patience)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(where);
        command.addAll(
                List.of("wrk", "-t", "1", "-c", Integer.toString(connections), "-d",
                        seconds + "s", "--timeout", "10s", "-s", "bench/load/report.lua"));
        headers.forEach(header -> command.addAll(List.of("-H", header)));
        command.add(scheme + "://" + address + path);
        String output = Tool.run(command,
                Map.of("BENCH_POST", Integer.toString(postBytes), "BENCH_URLS", urls),
                seconds + patience);
        Matcher report = REPORT.matcher(output);
        if (!report.find()) {
            throw new IOException("wrk: " + output.strip() + " (expected: a report)");
        }
        double requests = number(report, 1);
        double units = bodyBytes > 0 ? number(report, 3) / bodyBytes : requests;
        // wrk says 0 where no request has ended yet.
        double millis = requests > 0 ? 1e-3 : Double.NaN;
        return new Sample(units, number(report, 2) / 1e6, (long) number(report, 7),
                number(report, 4) * millis,
                number(report, 5) * millis, number(report, 6) * millis);
    }

    private String url(int port) {
        return scheme + "://127.0.0.1:" + port + path;
    }

    private static double number(Matcher report, int group) {
        return Long.parseLong(report.group(group));
    }
}
