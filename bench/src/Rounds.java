import java.io.IOException;
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

    String measure(Scenario scenario, int warmSeconds) throws InterruptedException {
        Load load = (Load) scenario.work();
        arena.awaitReady(load, options.patience());
        Map<Contender, List<Measured>> results = new EnumMap<>(Contender.class);
        List<Contender> order = new ArrayList<>(arena.present());
        order.removeIf(contender -> !holds(contender, scenario, "warming up", () -> {
            int seconds = contender.jvm() ? warmSeconds : options.nativeWarmSeconds();
            if (seconds > 0) {
                load.run(arena.port(contender), seconds, options.patience());
            }
        }));
        for (int round = 1; round <= options.rounds(); round++) {
            order.removeIf(contender -> !holds(contender, scenario, "measuring", () -> results
                    .computeIfAbsent(contender, _ -> new ArrayList<>()).add(measure(contender, load))));
            // Nobody is always the one that runs behind a certain other.
            Collections.rotate(order, 1);
        }
        results.keySet().retainAll(order);
        return Table.of(load.unit(), results, arena.absent());
    }

    /**
     * Whether the proxy stood the step; one that broke down is out of this scenario, and the others go on.
     */
    private boolean holds(Contender contender, Scenario scenario, String what, Step step) {
        System.err.println(scenario.name() + ": " + what + " " + contender.label());
        try {
            step.run();
            return true;
        } catch (IOException broken) {
            arena.absent().put(contender,
                    "broke down: " + broken.getMessage().lines().findFirst().orElse(""));
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private interface Step {

        void run() throws IOException, InterruptedException;
    }

    private Measured measure(Contender contender, Load load) throws IOException, InterruptedException {
        Usage before = arena.usage(contender);
        double busyBefore = Machine.busyMicros();
        Sample sample = load.run(arena.port(contender), options.seconds(), options.patience());
        Usage after = arena.usage(contender);
        double cpu = after.cpuMicros() - before.cpuMicros();
        double others = Math.max(0, Machine.busyMicros() - busyBefore - cpu) / (sample.seconds() * 1e6);
        return new Measured(sample, cpu / Math.max(1, sample.units()), after.residentBytes(), others);
    }
}
