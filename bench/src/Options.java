import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The command line; quick shortens everything so that all scenarios together end within five minutes. */
record Options(boolean quick, int warmSeconds, int rounds, int seconds, List<Contender> contenders,
        List<Scenario> scenarios) {

    private static final String USAGE = """
            usage: bench/run [--quick] [--rounds N] [--seconds N] [--warm N] [--only PROXY,...] [--no-build] [scenario...]
                   bench/run --compare FILE FILE
            proxies:   %s
            scenarios: %s (a prefix such as l7 or l4 names all that start with it)""";

    static Options parse(String[] args) {
        boolean quick = Arrays.asList(args).contains("--quick");
        int warm = quick ? 2 : 75;
        int rounds = quick ? 1 : 5;
        int seconds = quick ? 1 : 8;
        List<Contender> contenders = List.of(Contender.values());
        List<Scenario> scenarios = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick", "--no-build" -> {
                }
                case "--warm" -> warm = number(args, ++i);
                case "--rounds" -> rounds = number(args, ++i);
                case "--seconds" -> seconds = number(args, ++i);
                case "--only" -> contenders = only(value(args, ++i));
                default -> scenarios.addAll(named(args[i], quick));
            }
        }
        if (scenarios.isEmpty()) {
            scenarios = Catalogue.all(quick);
        }
        return new Options(quick, warm, rounds, seconds, contenders, scenarios.stream().distinct().toList());
    }

    /**
     * Opens the other proxies' connections to the members; a second matters only where five minutes have to
     * do.
     */
    int nativeWarmSeconds() {
        return quick ? 0 : 1;
    }

    /** When a run must begin nothing new, in seconds since its start. */
    int limitSeconds() {
        return quick ? 235 : Integer.MAX_VALUE;
    }

    /** The longest that one step (a start, a load of the given length) may take before it counts as hung. */
    int patience() {
        return 60 + warmSeconds + 2 * seconds;
    }

    private static List<Scenario> named(String prefix, boolean quick) {
        List<Scenario> found = Catalogue.all(quick).stream().filter(s -> s.name().equals(prefix)
                || s.name().startsWith(prefix + "-")).toList();
        if (found.isEmpty()) {
            found = Catalogue.all(false).stream().filter(s -> s.name().equals(prefix)).toList();
        }
        if (found.isEmpty()) {
            throw usage(prefix + ": no such scenario or option");
        }
        return found;
    }

    private static List<Contender> only(String names) {
        return Arrays.stream(names.split(",")).map(name -> Arrays.stream(Contender.values())
                .filter(c -> c.label().equals(name)).findFirst()
                .orElseThrow(() -> usage("--only: " + name + " (expected: names of proxies)"))).toList();
    }

    private static int number(String[] args, int i) {
        String value = value(args, i);
        if (!value.matches("[1-9]\\d{0,4}")) {
            throw usage(args[i - 1] + ": " + value + " (expected: a whole number of 1 or more)");
        }
        return Integer.parseInt(value);
    }

    private static String value(String[] args, int i) {
        if (i >= args.length) {
            throw usage(args[i - 1] + ": (expected: a value)");
        }
        return args[i];
    }

    private static IllegalArgumentException usage(String fault) {
        return new IllegalArgumentException(fault + "\n" + USAGE.formatted(
                String.join(", ", Arrays.stream(Contender.values()).map(Contender::label).toList()),
                String.join(", ", Catalogue.all(false).stream().map(Scenario::name).toList())));
    }
}
