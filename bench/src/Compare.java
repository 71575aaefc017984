import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Two kept runs side by side: how far the ratios of CPU time to HAProxy lie apart. `bench/run --compare FILE
 * FILE`.
 */
final class Compare {

    private static final double CLOSE = 0.10;
    /** The column of that ratio, as Table writes it. */
    private static final int TO_HAPROXY = 8;

    private Compare() {
    }

    static String of(Path first, Path second) throws IOException {
        Map<String, Double> one = ratios(first);
        Map<String, Double> two = ratios(second);
        StringBuilder table = new StringBuilder(
                """
                        | scenario | proxy | ratio in run 1 | ratio in run 2 | apart |
                        | --- | --- | ---: | ---: | ---: |
                        """);
        int far = 0;
        int all = 0;
        for (String row : one.keySet()) {
            if (two.containsKey(row)) {
                double a = one.get(row);
                double b = two.get(row);
                double apart = Math.max(a, b) / Math.min(a, b) - 1;
                all++;
                far += apart > CLOSE ? 1 : 0;
                table.append(String.format(Locale.ROOT, "| %s | %.2f | %.2f | %.0f %%%s |%n", row, a, b,
                        100 * apart,
                        apart > CLOSE ? " (!)" : ""));
            }
        }
        return "%s%n%d of %d ratios lie more than %.0f %% apart.%n".formatted(table, far, all, 100 * CLOSE);
    }

    /**
     * "scenario | proxy" and its ratio; tables without a ratio (idle, start) are passed over, and so is
     * HAProxy's to itself.
     */
    private static Map<String, Double> ratios(Path file) throws IOException {
        Map<String, Double> all = new LinkedHashMap<>();
        String scenario = "";
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split("\\|");
            if (line.startsWith("## ")) {
                scenario = line.substring(3);
            } else if (cells.length > TO_HAPROXY && cells[TO_HAPROXY].matches(" \\d+\\.\\d\\d ")
                    && !cells[1].equals(" haproxy ")) {
                all.put(scenario + " |" + cells[1].stripTrailing(),
                        Double.valueOf(cells[TO_HAPROXY].strip()));
            }
        }
        return all;
    }
}
