import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The method: every proxy is up, each gets the same load in turn, and the turns are repeated. So what
 * disturbs the machine for a while disturbs all alike, and ratios are taken within a round.
 */
final class Rounds {

    private final Arena arena;
    private final Options options;

    Rounds(Arena arena, Options options) {
        this.arena = arena;
        this.options = options;
    }

    String measure(Scenario scenario, int warmSeconds) throws Exception {
        Load load = (Load) scenario.work();
        arena.awaitReady(load, options.patience());
        for (Contender contender : arena.present()) {
            System.err.println(scenario.name() + ": warming up " + contender.label());
            load.run(arena.port(contender), contender.jvm() ? warmSeconds : 1, options.patience());
        }
        Map<Contender, List<Measured>> results = new EnumMap<>(Contender.class);
        List<Contender> order = new ArrayList<>(arena.present());
        for (int round = 1; round <= options.rounds(); round++) {
            for (Contender contender : order) {
                Measured measured = measure(contender, load);
                System.err.printf("%s: round %d, %s: %.0f/s, %.1f µs%n", scenario.name(), round,
                        contender.label(),
                        measured.sample().rate(), measured.cpuMicros());
                results.computeIfAbsent(contender, _ -> new ArrayList<>()).add(measured);
            }
            // Nobody is always the one that runs behind a certain other.
            Collections.rotate(order, 1);
        }
        return Table.of(load.unit(), results, arena.absent());
    }

    private Measured measure(Contender contender, Load load) throws Exception {
        Usage before = arena.usage(contender);
        double busyBefore = Machine.busyMicros();
        Sample sample = load.run(arena.port(contender), options.seconds(), options.patience());
        Usage after = arena.usage(contender);
        double cpu = after.cpuMicros() - before.cpuMicros();
        double others = Math.max(0, Machine.busyMicros() - busyBefore - cpu) / (sample.seconds() * 1e6);
        return new Measured(sample, cpu / Math.max(1, sample.units()), after.residentBytes(), others);
    }
}
