package io.headgate.l4.kernel;

import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel serves, and what has come of it: read by any thread, written by the engine's. */
final class Served {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    private static final long SECOND = 1_000_000_000;

    /** Counters of members that have left. */
    static final int MOST_GONE = 10_000;
    /** Connections of a service that are shown: some 8 MB. */
    private static final int MOST = 20_000;

    private volatile List<Service> services = List.of();
    /** What was counted, by counters' names; and what of it was lost with a table that was removed. */
    private volatile Map<String, Long> counters = Map.of();
    private volatile Map<String, Long> lost = Map.of();
    /** Members that services had, by the name of the service's chain: what is open may still be on them. */
    private final Map<String, Set<Target>> former = new ConcurrentHashMap<>();
    private long counted;
    /** What was read within the last second, by the name of the service's chain. */
    private final Map<String, Listing> listings = new HashMap<>();
    private final List<TrackedConnection> toCut = new ArrayList<>();

    /** Kept while somebody uses it, or until the next collection of garbage. */
    private record Listing(long at, WeakReference<List<TrackedConnection>> entries) {}

    List<Service> services() {
        return services;
    }

    List<Service> of(String listener) {
        return services.stream().filter(service -> service.listener().equals(listener)).toList();
    }

    /** Returns those that are gone, or listen elsewhere. */
    List<Service> become(List<Service> next) {
        List<Service> gone = services.stream().filter(old -> next.stream().noneMatch(old::isAt)).toList();
        next.forEach(service -> former.merge(service.chain(), Set.copyOf(service.targets()), (old, now) -> {
            Set<Target> all = new HashSet<>(old);
            all.addAll(now);
            return all;
        }));
        services = List.copyOf(next);
        return gone;
    }

    /**
     * The service's open connections, on members that it had before, too; the first {@link #MOST} of them.
     * One thread at a time reads them, and those that wait for it take what it has found.
     */
    List<TrackedConnection> open(Service service, Ticker ticker) throws IOException {
        synchronized (listings) {
            Listing last = listings.get(service.chain());
            List<TrackedConnection> known = last == null || ticker.nanoTime() - last.at > SECOND
                    ? null
                    : last.entries.get();
            if (known == null) {
                known = list(service);
                listings.put(service.chain(),
                        new Listing(ticker.nanoTime(), new WeakReference<>(known)));
            }
            return known;
        }
    }

    private List<TrackedConnection> list(Service service) throws IOException {
        List<TrackedConnection> found = new ArrayList<>();
        int[] more = new int[1];
        Predicate<TrackedConnection> own = ofOurs(service);
        Conntrack.open(service, entry -> {
            if (own.test(entry)) {
                if (found.size() < MOST) {
                    found.add(entry);
                } else {
                    more[0]++;
                }
            }
        });
        if (more[0] > 0) {
            log.warn("The kernel carries {} connections of {}: {} of them are shown", MOST + more[0],
                    service.listener(), MOST);
        }
        return List.copyOf(found);
    }

    /** Whether anything is open, whatever was read a moment ago. */
    boolean isAnyOpen() throws IOException {
        boolean[] any = new boolean[1];
        for (Service service : services) {
            Predicate<TrackedConnection> own = ofOurs(service);
            Conntrack.open(service, entry -> any[0] |= own.test(entry));
        }
        return any[0];
    }

    /** Ends all that is open. */
    void cutAll() throws IOException {
        for (Service service : services) {
            Conntrack.delete(service, ofOurs(service));
        }
    }

    private Predicate<TrackedConnection> ofOurs(Service service) {
        Set<Target> targets = former.getOrDefault(service.chain(), Set.of());
        return entry -> entry.belongsTo(service, targets);
    }

    /** Many at a time cost one call of the program. */
    void cutSoon(TrackedConnection entry, Executor thread) {
        boolean first;
        synchronized (toCut) {
            first = toCut.isEmpty();
            toCut.add(entry);
        }
        if (first) {
            thread.execute(this::cut);
        }
    }

    private void cut() {
        List<TrackedConnection> entries;
        synchronized (toCut) {
            entries = List.copyOf(toCut);
            toCut.clear();
        }
        synchronized (listings) {
            listings.clear();
        }
        try {
            Conntrack.delete(entries);
        } catch (IOException e) {
            log.warn("{} connections cannot be cut in the kernel: {}", entries.size(), e.getMessage());
        }
    }

    /** Reads the counters, unless that was done within the last second. */
    synchronized void count(Nft nft, long now) throws IOException {
        if (counted == 0 || now - counted > SECOND) {
            counted(nft.counters());
            counted = now;
        }
    }

    void counted(Map<String, Long> now) {
        Map<String, Long> gone = new HashMap<>(lost);
        counters.forEach((name, before) -> {
            if (now.getOrDefault(name, 0L) < before) {
                gone.merge(name, before, Long::sum);
            }
        });
        lost = gone;
        counters = now;
    }

    /**
     * Discovery may find new addresses for ever. What is counted of those that have left is forgotten when it
     * is much: until then, a listener that was paused goes on with its counts.
     *
     * @param inUse counters that somebody asks for
     */
    synchronized void forgetGone(Set<String> inUse) {
        if (lost.size() > MOST_GONE) {
            Map<String, Long> left = new HashMap<>(lost);
            left.keySet().removeIf(name -> !inUse.contains(name) && !counters.containsKey(name));
            lost = left;
        }
    }

    /** Whether it knows anything of a counter. */
    boolean has(String counter) {
        return counters.containsKey(counter) || lost.containsKey(counter);
    }

    /** Nothing is open on these members any more. */
    void cut(Service service, Set<Target> targets) {
        Set<Target> now = services.stream().filter(each -> each.chain().equals(service.chain()))
                .flatMap(each -> each.targets().stream()).collect(Collectors.toSet());
        former.computeIfPresent(service.chain(), (chain, before) -> {
            Set<Target> left = before.stream()
                    .filter(target -> now.contains(target) || !targets.contains(target))
                    .collect(Collectors.toUnmodifiableSet());
            return left.isEmpty() ? null : left;
        });
    }

    /** On how many members a service may have open connections. */
    int members(Service service) {
        return former.getOrDefault(service.chain(), Set.of()).size();
    }

    /** Whether every service still has its counters. */
    boolean isComplete() {
        return services.stream().filter(service -> service.buckets() != null)
                .allMatch(service -> service.targets().stream().map(service::chain)
                        .allMatch(counters::containsKey));
    }

    /** How much a counter has counted in all. */
    long count(String counter) {
        return counters.getOrDefault(counter, 0L) + lost.getOrDefault(counter, 0L);
    }

    /** By member. */
    Map<String, Long> taken(String listener) {
        Map<String, Long> taken = new LinkedHashMap<>();
        for (Service service : of(listener)) {
            for (Target target : service.targets()) {
                String name = service.chain(target);
                taken.merge(target.toString(),
                        counters.getOrDefault(name, 0L) + lost.getOrDefault(name, 0L), Long::sum);
            }
        }
        return taken;
    }
}
