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

    /** Cheaper than this, by the turn before, means that the JIT is still at work. */
    private static final double STILL_WARMING = 0.95;

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
        order.removeIf(contender -> !holds(contender, scenario, "warming up",
                () -> warmUp(contender, load, warmSeconds)));
        for (int round = 1; round <= options.rounds(); round++) {
            order.removeIf(contender -> !holds(contender, scenario, "measuring", () -> results
                    .computeIfAbsent(contender, _ -> new ArrayList<>()).add(measure(contender, load))));
            // Nobody is always the one that runs behind a certain other.
            Collections.rotate(order, 1);
        }
        results.keySet().retainAll(order);
        return Table.of(load.unit(), results, arena.absent());
    }

    /** A JVM that still gets cheaper after its time goes on for as long again at most. */
    private void warmUp(Contender contender, Load load, int seconds)
            throws IOException, InterruptedException {
        if (!contender.jvm()) {
            if (options.nativeWarmSeconds() > 0) {
                load.run(arena.port(contender), options.nativeWarmSeconds(), options.patience());
            }
            return;
        }
        load.run(arena.port(contender), seconds, options.patience());
        double last = Double.MAX_VALUE;
        for (int more = 0; more < seconds && !options.quick(); more += options.seconds()) {
            double now = measure(contender, load).cpuMicros();
            if (now > STILL_WARMING * last) {
                return;
            }
            last = now;
        }
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
