import java.nio.file.Path;
import java.util.List;

/**
 * Measures Headgate beside HAProxy, nginx, Caddy and stock Spring Cloud Gateway. `bench/run` starts it;
 * README.md says what the figures mean. Start reading here, then Catalogue (what is measured), Arena (what
 * runs) and Rounds (how it is measured).
 */
final class Bench {

    public static void main(String[] args) throws Exception {
        if (args.length == 3 && args[0].equals("--compare")) {
            System.out.print(Compare.of(Path.of(args[1]), Path.of(args[2])));
            return;
        }
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        Child.killAllAtExit();
        Ports.requireFree(options.contenders());
        long begin = System.nanoTime();
        Report report = new Report(Path.of(""), options);
        try (Backends _ = Backends.start()) {
            for (List<Scenario> sameSetup : Catalogue.bySetup(options.scenarios())) {
                if ((System.nanoTime() - begin) / 1_000_000_000L < options.limitSeconds()) {
                    measure(sameSetup, options, report);
                } else {
                    report.leaveOut(sameSetup);
                }
            }
        }
        report.finish();
        System.exit(0);
    }

    /** Scenarios of one setup share the running proxies, so that the JVMs are warmed up in full only once. */
    private static void measure(List<Scenario> scenarios, Options options, Report report) throws Exception {
        switch (scenarios.getFirst().work()) {
            case Load _ -> {
                try (Arena arena = Arena.open(scenarios.getFirst().setup(), options.contenders(), options)) {
                    int warm = options.warmSeconds();
                    for (Scenario scenario : scenarios) {
                        report.add(scenario, new Rounds(arena, options).measure(scenario, warm));
                        warm = Math.max(1, options.warmSeconds() / 4);
                    }
                }
            }
            case IdleHold idle ->
                report.add(scenarios.getFirst(), idle.measure(scenarios.getFirst().setup(), options));
            case Routed routed -> report.add(scenarios.getFirst(), routed.measure(options));
            case StartUp start ->
                report.add(scenarios.getFirst(), start.measure(scenarios.getFirst().setup(), options));
        }
    }
}
