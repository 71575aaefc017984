package io.headgate.admin.dashboard;

import io.headgate.net.Recurring;
import io.headgate.pool.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * All that the dashboard shows, on a thread of its own. Once a second every panel counts, so that a new page
 * shows what has been; texts are made only while somebody looks.
 */
final class Board implements AutoCloseable {

    private static final Duration TICK = Duration.ofSeconds(1);
    /** The port has 512 connections; the probes and scrapers need some. */
    private static final int MOST_VIEWERS = 64;

    /** Seconds without a byte after which a viewer is not there any more. */
    private static final int PATIENCE = 60;

    private final PoolsPanel pools;
    private final List<Panel> panels;
    private final Map<String, Table> tables;
    private final Clock clock;
    private final Scheduler thread = Schedulers.newSingle("headgate-dashboard", true);
    private final Sinks.Many<Long> ticks = Sinks.many().multicast().directBestEffort();
    private final Set<Viewer> viewers = new HashSet<>();
    private final String instance;
    private long version;
    private long tick;
    private long counted;

    /**
     * Starts at once.
     *
     * @param panels in the order in which they count
     * @param tables by their names on the page
     */
    Board(PoolsPanel pools, List<Panel> panels, Map<String, Table> tables, Clock clock) {
        this.pools = pools;
        this.panels = List.copyOf(panels);
        this.tables = new LinkedHashMap<>(tables);
        this.clock = clock;
        this.instance = Long.toHexString(clock.wall().millis());
        this.counted = clock.ticker().nanoTime();
        thread.schedulePeriodically(Recurring.task("The dashboard", this::count), 0, TICK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void count() {
        long now = clock.ticker().nanoTime();
        double seconds = (now - counted) / 1e9;
        counted = now;
        tick++;
        panels.forEach(panel -> panel.count(seconds));
        if (!viewers.isEmpty()) {
            show(Set.of());
            ticks.tryEmitNext(tick);
        }
    }

    private void show(Set<String> alsoOpen) {
        Set<String> open = new HashSet<>(alsoOpen);
        viewers.forEach(viewer -> open.addAll(viewer.open()));
        pools.open(open);
        version++;
        panels.forEach(panel -> panel.show(version));
    }

    /** Does this with the state of now, on the dashboard's thread. */
    <T> Mono<T> with(Set<String> open, Callable<T> work) {
        return Mono.fromCallable(() -> {
            show(open);
            return work.call();
        }).subscribeOn(thread);
    }

    /**
     * What the viewer has to be sent, now and then once a second. Whoever takes it too slowly gets the
     * changes of several seconds together; whoever takes nothing is left. An error if there are too many
     * viewers.
     *
     * @param takes whether the viewer takes more now
     */
    Flux<Map<String, Object>> changes(Viewer viewer, BooleanSupplier takes) {
        return Flux.merge(Mono.fromCallable(() -> enter(viewer)).subscribeOn(thread), ticks.asFlux())
                .onBackpressureLatest().publishOn(thread, 1)
                .takeWhile(now -> now - viewer.tick() < PATIENCE)
                .filter(now -> takes.getAsBoolean()).map(now -> viewer.next(this))
                .doFinally(end -> thread.schedule(() -> viewers.remove(viewer)));
    }

    private long enter(Viewer viewer) {
        if (viewers.size() >= MOST_VIEWERS) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "too many viewers");
        }
        viewers.add(viewer);
        viewer.enter(tick);
        show(Set.of());
        return tick;
    }

    long version() {
        return version;
    }

    /** A version as pages know it: that of another process is not taken for one of this. */
    String name(long version) {
        return instance + "-" + version;
    }

    /** The version with this name; zero if it is none of this process. */
    long known(String name) {
        String own = instance + "-";
        return name.startsWith(own) && name.substring(own.length()).matches("\\d{1,18}")
                ? Long.parseLong(name.substring(own.length()))
                : 0;
    }

    /** How many seconds have been counted. */
    long tick() {
        return tick;
    }

    Map<String, Table> tables() {
        return tables;
    }

    Table pools() {
        return pools.table();
    }

    @Nullable
    Table members(String pool) {
        return pools.members(pool);
    }

    @Override
    public void close() {
        thread.dispose();
    }
}
