package io.headgate.l4.kernel;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table in the kernel, as far as this process knows it. Belongs to one thread. */
final class Rules {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    private final Nft nft;
    private final String table;
    private @Nullable Set<String> found;
    private @Nullable List<Service> inForce;

    Rules(String table) {
        this.nft = new Nft(table);
        this.table = table;
    }

    /** Whether another process has left rules for the service. */
    boolean hasLeft(Service service) throws IOException {
        return inForce == null && found().contains(service.chain());
    }

    private Set<String> found() throws IOException {
        Set<String> chains = found;
        if (chains == null) {
            chains = nft.chains();
            found = chains;
            if (!chains.isEmpty()) {
                log.info("Taking over the kernel's table {}, which another process has left", table);
            }
        }
        return chains;
    }

    /** Makes these the rules, in one transaction, or changes nothing. */
    void become(List<Service> next) throws IOException {
        List<Service> before = inForce;
        if (before == null) {
            whole(next);
        } else if (before.equals(next)) {
            return;
        } else {
            String change = Script.change(table, before, next);
            if (!change.isEmpty()) {
                nft.apply(change);
            }
        }
        inForce = next.stream().anyMatch(service -> service.buckets() == null) ? null : next;
    }

    private void whole(Collection<Service> next) throws IOException {
        Set<String> chains = nft.chains();
        Set<String> counters = chains.isEmpty() ? Set.of() : nft.counters().keySet();
        Set<String> sets = chains.isEmpty() ? Set.of() : nft.sets();
        try {
            nft.apply(Script.whole(table, next, chains, counters, sets));
        } catch (IOException e) {
            if (chains.isEmpty()) {
                throw e;
            }
            log.warn("The table {} is of another form ({}): it is made anew, its counters begin at 0", table,
                    e.getMessage());
            nft.apply(Script.remove(table) + Script.whole(table, known(next), Set.of(), Set.of(), Set.of()));
        }
    }

    private static Collection<Service> known(Collection<Service> services) {
        Predicate<Service> isLeft = service -> service.buckets() == null;
        return services.stream().filter(isLeft.negate()).toList();
    }

    /** Someone else has changed the table. */
    void forget() {
        inForce = null;
        found = Set.of();
    }

    /** The table's name. */
    String table() {
        return table;
    }

    Nft nft() {
        return nft;
    }

    /** Whether there is a table of this name, whoever has made it. */
    boolean areThere() throws IOException {
        return !nft.chains().isEmpty();
    }

    /** Nothing is led anywhere from now on, and what is open goes back to whom it came from as a reset. */
    void remove() throws IOException {
        if (areThere()) {
            nft.apply(Script.remove(table));
        }
        inForce = null;
    }
}
