package io.headgate.discovery;

import io.headgate.net.EventLoops;
import io.headgate.pool.Clock;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

/**
 * Gives pools the members that sources find, in addition to the configured ones. A source that fails keeps
 * its last good set; {@link #status} shows that, and the log says it once. A member that a source no longer
 * names is drained by its pool, not cut.
 */
public final class Discovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final Sources sources;
    private final Clock clock;
    private final Pools pools;
    private final SourceListener listener;
    private final Map<String, PoolSpec> configured = new LinkedHashMap<>();
    private final Map<String, PoolSources> running = new HashMap<>();

    /**
     * Finds nothing until {@link #apply}.
     *
     * @param client for sources of the kind {@code service}, null if the application has none
     */
    public Discovery(EventLoops loops, Clock clock, Pools pools, SourceListener listener,
            @Nullable ReactiveDiscoveryClient client) {
        this(new Sources(loops, NameServers.OF_THE_SYSTEM, client), clock, pools, listener);
    }

    Discovery(Sources sources, Clock clock, Pools pools, SourceListener listener) {
        this.listener = listener;
        this.sources = sources;
        this.clock = clock;
        this.pools = pools;
    }

    /** One source of one pool. */
    public record Status(String pool, SourceSpec source, Discovered discovered) {}

    /**
     * Makes these the sources. Those that stay keep running, and what they have found stays.
     *
     * @param discovery where members are found, by the pool's name
     * @param specs the pools as configured, by name
     * @param pools takes them with the members that were found so far, before any source finds more
     */
    public synchronized void apply(Map<String, DiscoverySpec> discovery, Map<String, PoolSpec> specs,
            Consumer<Collection<PoolSpec>> pools) {
        configured.clear();
        configured.putAll(specs);
        Map<String, PoolSources> before = new HashMap<>(running);
        running.clear();
        List<String> fresh = new ArrayList<>();
        discovery.forEach((pool, spec) -> {
            PoolSources old = before.get(pool);
            if (old != null && old.spec().equals(spec)) {
                running.put(pool, old);
                before.remove(pool);
            } else {
                PoolSources next = new PoolSources(spec, sources, clock.wall().instant());
                if (old != null) {
                    next.inherit(old);
                }
                running.put(pool, next);
                fresh.add(pool);
            }
        });
        before.forEach((pool, old) -> {
            old.close();
            old.told().keySet().forEach(source -> listener.sourceClosed(pool, source));
        });
        fresh.forEach(this::meet);
        pools.accept(configured.values().stream().map(this::complete).toList());
        fresh.forEach(this::start);
    }

    /** Reports the current state of a pool's sources to the listener. */
    private void meet(String pool) {
        PoolSources sources = running.get(pool);
        if (sources != null) {
            sources.told().forEach(
                    (source, told) -> listener.sourceChanged(pool, source, told.trouble() != null));
        }
    }

    private void start(String pool) {
        PoolSources started = running.get(pool);
        if (started != null) {
            started.start((source, update) -> take(pool, started, source, update));
        }
    }

    private synchronized void take(String pool, PoolSources from, SourceSpec source, Update update) {
        PoolSpec spec = configured.get(pool);
        if (running.get(pool) != from || spec == null) {
            return; // a late update of a closed source
        }
        Discovered before = from.told().get(source);
        Discovered after = from.take(source, update, clock.wall().instant());
        if (before == null || !after.members().equals(before.members())) {
            LOG.info("Pool {}: members from {}: {}", pool, source, after.members().size());
            pools.update(from.complete(spec));
        }
        if (before == null || (before.trouble() == null) != (after.trouble() == null)) {
            tell(pool, source, after);
            listener.sourceChanged(pool, source, after.trouble() != null);
        }
    }

    private static void tell(String pool, SourceSpec source, Discovered state) {
        if (state.trouble() != null) {
            LOG.warn("Pool {}: {} fails; members kept from its last good answer: {}; cause: {}", pool,
                    source, state.members().size(),
                    state.trouble());
        } else {
            LOG.info("Pool {}: {} answers again", pool, source);
        }
    }

    private PoolSpec complete(PoolSpec spec) {
        PoolSources found = running.get(spec.name());
        return found == null ? spec : found.complete(spec);
    }

    /** What each source has reported. */
    public synchronized List<Status> status() {
        List<Status> all = new ArrayList<>();
        running.forEach(
                (pool, from) -> from.told()
                        .forEach((source, told) -> all.add(new Status(pool, source, told))));
        return all;
    }

    /** Whether every source has answered or failed once: before that, a pool may lack members. */
    public synchronized boolean settled() {
        return running.values().stream().allMatch(PoolSources::settled);
    }

    /** Asks all sources at once, as when something is known to have changed. */
    public synchronized void refresh() {
        running.values().forEach(PoolSources::refresh);
    }

    /** Ends all sources; members stay. To be called before the event loops are closed. */
    @Override
    public synchronized void close() {
        running.values().forEach(PoolSources::close);
        running.clear();
    }
}
