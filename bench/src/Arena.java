import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The proxies that run side by side in one setup, and the reasons why others do not. */
final class Arena implements AutoCloseable {

    static final String NOT_OFFERED = "does not do this";

    private final Map<Contender, Child> running = new EnumMap<>(Contender.class);
    private final Map<Contender, String> absent = new EnumMap<>(Contender.class);
    private final Setup setup;
    private boolean settled;

    private Arena(Setup setup) {
        this.setup = setup;
    }

    static Arena open(Setup setup, List<Contender> contenders, Options options) throws IOException {
        Arena arena = new Arena(setup);
        for (Contender contender : contenders) {
            if (!contender.takesPartIn(setup)) {
                arena.absent.put(contender, NOT_OFFERED);
                continue;
            }
            System.err.println("starting " + contender.label() + " for " + setup.file());
            try {
                arena.running.put(contender, start(contender, setup));
            } catch (IOException failed) {
                arena.absent.put(contender, "not available: " + failed.getMessage());
            }
        }
        return arena;
    }

    static Child start(Contender contender, Setup setup) throws IOException {
        contender.configure(setup);
        return Child.start(Machine.PROXY_CPU, contender.workFolder(), contender.command(setup));
    }

    /**
     * Waits until each proxy does one unit of the work; one that does not is left out, with what it said
     * last. The first load waits for the start; proxies that have had their time by then are asked once for
     * each load that follows.
     */
    void awaitReady(Load load, int patience) throws InterruptedException {
        for (Contender contender : List.copyOf(running.keySet())) {
            Optional<String> failure = settled
                    ? load.probe(port(contender))
                    : new Readiness(running.get(contender), patience).await(() -> load.probe(port(contender)),
                            250);
            failure.ifPresentOrElse(why -> absent.put(contender, "not available: " + why),
                    () -> absent.remove(contender));
        }
        settled = true;
    }

    List<Contender> present() {
        return running.keySet().stream().filter(c -> !absent.containsKey(c)).toList();
    }

    Map<Contender, String> absent() {
        return absent;
    }

    int port(Contender contender) {
        return contender.port(setup.entry());
    }

    Usage usage(Contender contender) {
        return running.get(contender).usage();
    }

    @Override
    public void close() {
        running.values().forEach(Child::close);
    }
}
