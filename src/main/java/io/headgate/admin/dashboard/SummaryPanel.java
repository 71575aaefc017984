package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.config.reload.ReloadResult;
import io.headgate.config.reload.Reloads;
import io.headgate.net.EventLoops;
import io.headgate.net.LoopWatch;
import io.headgate.net.Memory;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Pool;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The head of the page: whether all is well, and the traffic as a whole. One row. */
final class SummaryPanel implements Panel {

    static final String ROW = "all";

    private static final Shape SHAPE = new Shape(
            List.of("state", "verdict", "rate", "errors", "half", "most", "open", "members", "memory",
                    "configuration", "configured", "reload", "started"),
            List.of("rate", "errors", "latency", "open"), 120);

    private final Supplier<Stream<Pool>> pools;
    private final RequestRates requests;
    private final ListenersPanel listeners;
    private final Reloads reloads;
    private final EventLoops loops;
    private final Instant started;
    private final Table table = new Table(SHAPE);

    SummaryPanel(Supplier<Stream<Pool>> pools, RequestRates requests, ListenersPanel listeners,
            Reloads reloads, EventLoops loops, Clock clock) {
        this.pools = pools;
        this.requests = requests;
        this.listeners = listeners;
        this.reloads = reloads;
        this.loops = loops;
        this.started = clock.wall().instant();
    }

    Table table() {
        return table;
    }

    @Override
    public void count(double seconds) {
        requests.count(seconds);
        table.row(ROW).add(requests.rate(), requests.errors(), requests.most(), listeners.open());
    }

    @Override
    public void show(long version) {
        table.order(List.of(ROW), version);
        List<Pool> all = pools.get().toList();
        long dead = all.stream().filter(pool -> !pool.available() && !pool.members().isEmpty()).count();
        long panic = all.stream().filter(Pool::panic).count();
        long members = all.stream().mapToLong(pool -> pool.members().size()).sum();
        long up = all.stream().flatMap(pool -> pool.members().stream())
                .filter(member -> member.availability() == Availability.UP).count();
        Reloads.Last last = reloads.last();
        boolean refused = last != null && last.result() instanceof ReloadResult.Refused;
        long silent = loops.watch().silentFor(LoopWatch.STALLED);
        String state = dead > 0 || silent > 0
                ? "DOWN"
                : up < members || panic > 0 || refused ? "IMPAIRED" : "UP";
        table.row(ROW).show(version, state, verdict(all.size(), dead, panic, members - up, silent),
                Amounts.of(requests.rate()), Amounts.of(requests.errors()), Amounts.time(requests.half()),
                Amounts.time(requests.most()), Integer.toString(listeners.open()), up + "/" + members,
                percent(Memory.PROCESS.used(), Memory.PROCESS.limit()),
                last == null ? "read" : last.result().word(),
                (last == null ? started : last.at()).toString(),
                refused ? "The last reload was refused: the configuration before it is in force." : "",
                started.toString());
    }

    private static String verdict(int pools, long dead, long panic, long missing, long silent) {
        if (silent > 0) {
            return silent + (silent == 1 ? " event loop does" : " event loops do") + " not answer";
        }
        if (dead > 0) {
            return dead + (dead == 1 ? " pool has" : " pools have") + " no member that can take work";
        }
        if (panic > 0) {
            return panic + (panic == 1 ? " pool is" : " pools are") + " in a panic: health is ignored";
        }
        if (missing > 0) {
            return missing + (missing == 1 ? " member takes" : " members take")
                    + " no work; every pool is served";
        }
        return pools == 0 ? "No pools are configured" : "All members of all pools take work";
    }

    private static String percent(long used, long of) {
        return of <= 0 ? "–" : Math.round(100.0 * used / of) + " %";
    }
}
