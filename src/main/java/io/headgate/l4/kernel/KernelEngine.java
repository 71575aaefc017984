package io.headgate.l4.kernel;

import io.headgate.l4.Connection;
import io.headgate.l4.Engine;
import io.headgate.l4.Listener;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.Offload;
import io.headgate.net.EventLoops;
import io.headgate.net.TaskThread;
import io.headgate.net.Transport;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the kernel lead connections of listeners to their members, by rules of a table that is this process's
 * own. {@link RuleSync} keeps the rules as the listeners and pools are; {@link Served} is what came of them.
 * Every change is made on one thread. The listeners' sockets stay open behind the rules, and serve what these
 * do not take.
 */
public final class KernelEngine implements Offload, PoolListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    private static final long LEFT_SECONDS = 10;

    private final KernelSettings settings;
    private final EventLoops loops;
    private final Clock clock;
    private final TaskThread thread = new TaskThread("headgate-kernel");
    private final Listening listening;
    private final Rules rules;
    private final Served served = new Served();
    private final Cuts cuts = new Cuts(thread, served);
    private final RuleSync sync;
    private volatile @Nullable Instance instance;
    private volatile @Nullable Lack lack;
    private volatile @Nullable String uncounted;
    /** Rules that were left are removed, or taken over. */
    private boolean sought;
    private volatile boolean stopping;

    public KernelEngine(KernelSettings settings, Pools pools, EventLoops loops, Clock clock) {
        this.settings = settings;
        this.loops = loops;
        this.clock = clock;
        this.listening = new Listening(pools);
        this.rules = new Rules(settings.table());
        this.sync = new RuleSync(thread, listening, rules, served, cuts, clock.ticker());
    }

    /**
     * Prepares to serve these, and changes nothing yet. Blocks.
     *
     * @return what is missing on this machine for one that must be served by the kernel; null if nothing is
     */
    public synchronized @Nullable Lack prepare(Collection<ListenerSpec> specs) {
        List<ListenerSpec> own = specs.stream().filter(spec -> spec.engine() instanceof Engine.Kernel)
                .toList();
        if (own.isEmpty()) {
            if (!sought) {
                sought = true;
                thread.execute(this::removeLeft);
            }
            return null;
        }
        sought = true;
        sync.forwards(Machine.forwards(false), Machine.forwards(true));
        Lack found = Machine.lack(loops, own.stream().map(ListenerSpec::bind).toList());
        if (instance == null) {
            lack = found != null ? found : begin();
            found = lack;
        }
        if (found == null) {
            return null;
        }
        boolean required = own.stream()
                .anyMatch(spec -> spec.engine() instanceof Engine.Kernel(boolean must, var _, var _, var _)
                        && must);
        if (!required) {
            log.warn("Listeners {} are relayed by this process and not by the kernel: {}",
                    own.stream().map(ListenerSpec::name).toList(), found);
        }
        return required ? found : null;
    }

    private @Nullable Lack begin() {
        Instance taken = Instance.take(settings.table(), loops);
        if (taken == null) {
            return new Lack("another Headgate has the kernel's table " + settings.table(),
                    "Give each Headgate in one network name space a headgate.kernel.instance of its own.");
        }
        instance = taken;
        uncounted = Conntrack.count();
        if (uncounted != null) {
            log.warn("Of what the kernel leads, {}", uncounted);
        }
        sync.own();
        return null;
    }

    /**
     * Rules that a process of this instance has left would go on leading connections to its members, though
     * no listener is to be served so any more. While another process has the instance, the rules are its own;
     * but it may leave them when it ends.
     */
    private synchronized void removeLeft() {
        if (stopping || instance != null || loops.transport() != Transport.EPOLL) {
            return;
        }
        try {
            if (!rules.areThere()) {
                return;
            }
            Instance taken = Instance.take(settings.table(), loops);
            if (taken == null) {
                thread.schedule(this::removeLeft, LEFT_SECONDS, TimeUnit.SECONDS);
                return;
            }
            try (taken) {
                rules.remove();
            }
            log.info("Removed the kernel's table {}, which another process has left: no listener has"
                    + " engine: kernel", settings.table());
        } catch (IOException e) {
            log.debug("No rules that were left can be sought", e); // no nft, or no right to use it
        }
    }

    @Override
    public void listening(Collection<Listener> now) {
        listening.become(now);
        sync.begin();
    }

    @Override
    public List<Connection> connections(Listener listener) {
        if (instance == null) {
            return List.of();
        }
        Instant now = clock.wall().instant();
        Pool pool = listening.pool(listener);
        List<Connection> connections = new ArrayList<>();
        for (Service service : served.of(listener.name())) {
            try {
                for (TrackedConnection entry : served.open(service, clock.ticker())) {
                    connections.add(new KernelConnection(listener.name(), entry, member(pool, entry.target()),
                            now.minusSeconds(entry.seconds()), cuts::cut));
                }
            } catch (IOException e) {
                log.warn("The connections of {} cannot be read from the kernel: {}", listener,
                        e.getMessage());
            }
        }
        return connections;
    }

    private static @Nullable Member member(@Nullable Pool pool, Target target) {
        return pool == null
                ? null
                : pool.members().stream().filter(member -> target.equals(Target.of(member.address())))
                        .findFirst().orElse(null);
    }

    @Override
    public State state(Listener listener) {
        if (!(listener.spec().engine() instanceof Engine.Kernel)) {
            return listener.spec().engine() instanceof Engine.Relay(var obstacles, var _)
                    && !obstacles.isEmpty()
                            ? new State(false, String.join("; ", obstacles), Map.of())
                            : State.NONE;
        }
        Lack missing = lack;
        if (missing != null) {
            return new State(false, missing.what(), Map.of());
        }
        boolean active = served.of(listener.name()).stream().anyMatch(Service::takes);
        count();
        String trouble = sync.trouble();
        String why = active
                ? trouble != null ? trouble : uncounted
                : listener.paused() ? "it is paused" : "the kernel has no member to lead to";
        return new State(active, why, served.taken(listener.name()));
    }

    private void count() {
        try {
            served.count(rules.nft(), clock.ticker().nanoTime());
        } catch (IOException e) {
            log.warn("The counters of the kernel's table {} cannot be read: {}", settings.table(),
                    e.getMessage());
        }
    }

    @Override
    public void sharesChanged(Pool pool) {
        sync.changed();
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        sync.changed();
    }

    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        sync.changed();
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        cutMember(pool, member, Duration.ZERO);
    }

    /** It holds nothing of ours that the pool knows of; what the kernel carries may go on for its time. */
    @Override
    public void memberRemoved(Pool pool, Member member) {
        sync.changed();
        cutMember(pool, member, pool.spec().lifecycle().drainTimeout());
    }

    private void cutMember(Pool pool, Member member, Duration after) {
        if (instance != null && !stopping) {
            cuts.cutMember(pool, member, listening.of(pool), after);
        }
    }

    @Override
    public CompletableFuture<@Nullable Void> stop(Duration limit) {
        if (instance == null || stopping) {
            return CompletableFuture.completedFuture(null);
        }
        stopping = true;
        sync.stop();
        LastRules last = new LastRules(thread, rules, served, clock.ticker());
        return settings.keepsRules() ? last.keep() : last.remove(limit);
    }

    /** Lets go of the table as it is. */
    @Override
    public void close() {
        stopping = true;
        sync.stop();
        thread.shutdownNow();
        Instance held = instance;
        if (held != null) {
            held.close();
        }
    }
}
