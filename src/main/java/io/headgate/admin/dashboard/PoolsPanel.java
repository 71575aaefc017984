package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.observe.RequestMeters;
import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All pools. The members of a pool are a table of their own, as the page shows only those of some pools. */
final class PoolsPanel implements Panel {

    private static final Shape SHAPE = new Shape(
            List.of("name", "state", "up", "note", "balance", "inFlight", "queue", "rate", "errors",
                    "latency"),
            List.of("rate", "errors", "latency"), 120);

    private final Pools pools;
    private final RequestMeters requests;
    private final Table table = new Table(SHAPE);
    private final Map<String, PoolRates> rates = new HashMap<>();
    private Set<String> open = Set.of();

    PoolsPanel(Pools pools, RequestMeters requests) {
        this.pools = pools;
        this.requests = requests;
    }

    Table table() {
        return table;
    }

    /** Of the pool, or null if there is none with this name. */
    @org.jspecify.annotations.Nullable
    Table members(String pool) {
        PoolRates known = rates.get(pool);
        return known == null ? null : known.members().table();
    }

    /** Only the members of these pools are shown; those of the others are only counted. */
    void open(Set<String> names) {
        open = Set.copyOf(names);
    }

    Stream<Pool> all() {
        return pools.all().stream();
    }

    @Override
    public void count(double seconds) {
        Set<String> there = new HashSet<>();
        for (Pool pool : pools.all()) {
            there.add(pool.name());
            PoolRates of = rates.get(pool.name());
            if (of == null || of.pool() != pool) {
                of = new PoolRates(pool);
                rates.put(pool.name(), of);
            }
            of.count(seconds, requests.ofPool(pool.name()));
            table.row(pool.name()).add(of.rate(), of.errors(), of.latency());
        }
        rates.keySet().retainAll(there);
    }

    @Override
    public void show(long version) {
        table.order(pools.all().stream().map(Pool::name).toList(), version);
        for (Pool pool : pools.all()) {
            PoolRates of = rates.computeIfAbsent(pool.name(), name -> new PoolRates(pool));
            List<Member> members = pool.members();
            long up = members.stream().filter(m -> m.availability() == Availability.UP).count();
            table.row(pool.name()).show(version, pool.name(), state(pool, up), up + "/" + members.size(),
                    note(pool, members), pool.spec().balancing().algorithm().name(),
                    Integer.toString(of.inFlight()), Integer.toString(pool.queue().length()),
                    Amounts.of(of.rate()), Amounts.of(of.errors()), Amounts.time(of.latency()));
            if (open.contains(pool.name())) {
                of.members().show(version);
            }
        }
    }

    private static String state(Pool pool, long up) {
        if (pool.panic()) {
            return "PANIC";
        }
        if (pool.members().isEmpty()) {
            return "EMPTY";
        }
        return up == pool.members().size() ? "UP" : pool.available() ? "IMPAIRED" : "DOWN";
    }

    /** In words, the first member that is not up. */
    private static String note(Pool pool, List<Member> members) {
        if (members.isEmpty()) {
            return "no members";
        }
        return members.stream().filter(m -> m.availability() != Availability.UP).findFirst()
                .map(m -> m.id() + " " + m.availability().name().toLowerCase(java.util.Locale.ROOT) + ": "
                        + m.standing().decisive().cause())
                .orElse(pool.panic() ? "health is ignored" : "");
    }
}
