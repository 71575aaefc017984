import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** One scenario's rounds as a Markdown table: medians, with the spread of the CPU figure beside it. */
final class Table {

    private Table() {
    }

    static String of(String unit, Map<Contender, List<Measured>> results, Map<Contender, String> absent) {
        StringBuilder table = new StringBuilder();
        table.append(
                "| proxy | %ss/s | CPU µs/%s (min-max) | p50 ms | p99 ms | p99.9 ms | RSS MB | CPU to HAProxy "
                        .formatted(unit, unit))
                .append("| CPU to stock SCG | errors | others on the CPU |\n");
        table.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        for (Contender contender : Contender.values()) {
            if (results.containsKey(contender)) {
                table.append(row(contender, results));
            } else if (absent.containsKey(contender)) {
                table.append("| ").append(contender.label()).append(" | ")
                        .append(absent.get(contender).replace('|', '/')).append(" |").append(" |".repeat(9))
                        .append('\n');
            }
        }
        return table.toString();
    }

    private static String row(Contender contender, Map<Contender, List<Measured>> results) {
        List<Measured> rounds = results.get(contender);
        double least = rounds.stream().mapToDouble(Measured::cpuMicros).min().orElse(0);
        double most = rounds.stream().mapToDouble(Measured::cpuMicros).max().orElse(0);
        return "| %s | %s | %s (%s-%s) | %s | %s | %s | %s | %s | %s | %d | %.0f %% |%n".formatted(
                contender.label(),
                figure(median(rounds, m -> m.sample().rate())), figure(median(rounds, Measured::cpuMicros)),
                figure(least), figure(most), figure(median(rounds, m -> m.sample().p50())),
                figure(median(rounds, m -> m.sample().p99())), figure(median(rounds, m -> m.sample().p999())),
                figure(median(rounds, m -> m.residentBytes() / 1048576.0)),
                ratio(rounds, results.get(Contender.HAPROXY)),
                ratio(rounds, results.get(Contender.STOCK_SCG)),
                rounds.stream().mapToLong(m -> m.sample().errors()).sum(),
                100 * median(rounds, Measured::othersShare));
    }

    private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
        return Median.of(rounds.stream().mapToDouble(figure));
    }

    /** The median of the rounds' own ratios, not the ratio of medians. */
    private static String ratio(List<Measured> rounds, List<Measured> base) {
        if (base == null) {
            return "-";
        }
        return String.format(Locale.ROOT, "%.2f", Median.of(IntStream.range(0, rounds.size())
                .mapToDouble(i -> rounds.get(i).cpuMicros() / base.get(i).cpuMicros())));
    }

    /** Three digits that count; thousands with a comma. */
    static String figure(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
