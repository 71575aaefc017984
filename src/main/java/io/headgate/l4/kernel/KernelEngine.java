package io.headgate.l4.kernel;

import io.headgate.l4.Connection;
import io.headgate.l4.Engine;
import io.headgate.l4.Listener;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.Offload;
import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel's rules as the listeners and pools are. Every change is made on one thread of its own, one
 * transaction at a time: what changes meanwhile is part of the next. The listeners' sockets stay open behind
 * the rules, and serve what these do not take.
 */
public final class KernelEngine implements Offload, PoolListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    /** How long rules that another process has left stay as they are, while members have no verdict. */
    private static final Duration TAKEOVER = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 1000;
    private static final long LOOK_SECONDS = 2;
    private static final long LEFT_SECONDS = 10;
    private static final long DRAIN_LOOK_MILLIS = 200;

    private final KernelSettings settings;
    private final Pools pools;
    private final EventLoops loops;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1,
            new DefaultThreadFactory("headgate-kernel", true));
    private final AtomicBoolean due = new AtomicBoolean();
    private final Rules rules;
    private final Served served = new Served();
    private final long started;
    private volatile Collection<Listener> listeners = List.of();
    private volatile @Nullable Instance instance;
    private volatile @Nullable Lack lack;
    private volatile @Nullable String trouble;
    private volatile @Nullable String uncounted;
    /** Rules that were left are removed, or taken over. */
    private boolean sought;
    /** False until it is known what listens: without that, rules that were left would be taken for strays. */
    private volatile boolean begun;
    private volatile boolean forwardsIpv4;
    private volatile boolean forwardsIpv6;
    private volatile boolean stopping;

    public KernelEngine(KernelSettings settings, Pools pools, EventLoops loops, Clock clock) {
        this.settings = settings;
        this.pools = pools;
        this.loops = loops;
        this.clock = clock;
        this.rules = new Rules(settings.table());
        this.started = clock.ticker().nanoTime();
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
        forwardsIpv4 = Machine.forwards(false);
        forwardsIpv6 = Machine.forwards(true);
        Lack found = Machine.lack(loops, own.stream().map(ListenerSpec::bind).toList());
        if (instance == null) {
            lack = found != null ? found : begin();
            found = lack;
        }
        if (found == null) {
            return null;
        }
        boolean required = own.stream()
                .anyMatch(spec -> spec.engine() instanceof Engine.Kernel(boolean must, var _)
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
        thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
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
        listeners = List.copyOf(now);
        begun = true;
        changed();
    }

    /** Has the rules follow soon. Never blocks. */
    private void changed() {
        if (instance != null && begun && !stopping && due.compareAndSet(false, true)) {
            thread.execute(this::follow);
        }
    }

    private void follow() {
        due.set(false); // before it looks: what changes from here on is for the next
        if (stopping || lack != null) {
            return;
        }
        try {
            List<Service> next = wanted();
            rules.become(next); // which may fail: then nothing is noted, and it is tried again
            List<Service> gone = served.become(next);
            if (trouble != null) {
                log.info("The kernel's rules are in order again");
            }
            trouble = null;
            gone.forEach(service -> cutLater(service, drainTime(service)));
        } catch (IOException | RuntimeException e) {
            if (trouble == null) {
                log.error("The kernel's rules cannot be changed; the last ones stay in force", e);
            }
            trouble = String.valueOf(e.getMessage());
            thread.schedule(this::changed, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private List<Service> wanted() throws IOException {
        List<Service> all = new ArrayList<>();
        for (Listener listener : listeners) {
            Pool pool = pool(listener);
            if (pool == null || !isUndecided(pool)) {
                all.addAll(Services.of(listener, pool, false));
                continue;
            }
            for (Service left : Services.of(listener, pool, true)) {
                if (rules.hasLeft(left)) {
                    all.add(left);
                    thread.schedule(this::changed, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                } else {
                    Services.of(listener, pool, false).stream().filter(s -> s.ipv6() == left.ipv6())
                            .forEach(all::add);
                }
            }
        }
        all.removeIf(service -> !(service.ipv6() ? forwardsIpv6 : forwardsIpv4));
        return all;
    }

    private @Nullable Pool pool(Listener listener) {
        String name = listener.spec().pool();
        return name == null ? null : pools.find(name).orElse(null);
    }

    /** Whether its members may only not be known yet, in the first seconds. */
    private boolean isUndecided(Pool pool) {
        return clock.ticker().nanoTime() - started < TAKEOVER.toNanos()
                && (pool.members().isEmpty() || !pool.settled());
    }

    private void count() {
        try {
            served.count(rules.nft(), clock.ticker().nanoTime());
        } catch (IOException e) {
            log.warn("The counters of the kernel's table {} cannot be read: {}", settings.table(),
                    e.getMessage());
        }
    }

    /** Reads the counters, and makes the rules anew if somebody else has removed them. */
    private void look() {
        if (stopping || served.services().isEmpty()) {
            return;
        }
        try {
            served.count(rules.nft(), clock.ticker().nanoTime());
            if (served.isComplete()) {
                return;
            }
            log.warn("Somebody has removed the kernel's table {}: it is made again", settings.table());
        } catch (IOException e) {
            log.warn("The kernel's table {} is gone ({}): it is made again", settings.table(),
                    e.getMessage());
        }
        rules.forget();
        changed();
    }

    @Override
    public List<Connection> connections(Listener listener) {
        if (instance == null) {
            return List.of();
        }
        Instant now = clock.wall().instant();
        Pool pool = pool(listener);
        List<Connection> connections = new ArrayList<>();
        for (Service service : served.of(listener.name())) {
            try {
                for (Entry entry : served.open(service, clock.ticker())) {
                    connections.add(new KernelConnection(listener.name(), entry, member(pool, entry.target()),
                            now.minusSeconds(entry.seconds()), this::cut));
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

    private void cut(Entry entry) {
        served.cutSoon(entry, thread);
    }

    @Override
    public State state(Listener listener) {
        if (!(listener.spec().engine() instanceof Engine.Kernel)) {
            return listener.spec().engine() instanceof Engine.Relay(var obstacles) && !obstacles.isEmpty()
                    ? new State(false, String.join("; ", obstacles), Map.of())
                    : State.NONE;
        }
        Lack missing = lack;
        if (missing != null) {
            return new State(false, missing.what(), Map.of());
        }
        boolean active = served.of(listener.name()).stream().anyMatch(Service::takes);
        count();
        String why = active
                ? trouble != null ? trouble : uncounted
                : listener.paused() ? "it is paused" : "the kernel has no member to lead to";
        return new State(active, why, served.taken(listener.name()));
    }

    @Override
    public void sharesChanged(Pool pool) {
        changed();
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        changed();
    }

    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        changed();
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        cutMember(pool, member, Duration.ZERO);
    }

    /** It holds nothing of ours that the pool knows of; what the kernel carries may go on for its time. */
    @Override
    public void memberRemoved(Pool pool, Member member) {
        changed();
        cutMember(pool, member, pool.spec().lifecycle().drainTimeout());
    }

    private void cutMember(Pool pool, Member member, Duration after) {
        Target target = Target.of(member.address());
        if (instance == null || stopping || target == null) {
            return;
        }
        Set<String> names = listeners.stream().filter(l -> pool.name().equals(l.spec().pool()))
                .map(Listener::name).collect(Collectors.toSet());
        thread.schedule(() -> {
            boolean back = !after.isZero() && pool.members().stream().anyMatch(
                    m -> target.equals(Target.of(m.address())));
            if (!back) {
                names.forEach(name -> served.of(name).forEach(service -> cut(service, Set.of(target))));
            }
        }, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration drainTime(Service service) {
        return listeners.stream().filter(l -> l.name().equals(service.listener())).findFirst().map(this::pool)
                .or(() -> pools.all().stream().findFirst()).map(p -> p.spec().lifecycle().drainTimeout())
                .orElse(Duration.ZERO);
    }

    private void cutLater(Service service, Duration after) {
        thread.schedule(() -> {
            if (served.services().stream().noneMatch(s -> s.isAt(service))) {
                cut(service, Set.copyOf(service.targets()));
            }
        }, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cut(Service service, Set<Target> targets) {
        try {
            Conntrack.delete(service, entry -> entry.belongsTo(service, targets));
        } catch (IOException | UncheckedIOException e) {
            log.warn("Connections of {} cannot be cut in the kernel: {}", service.listener(), e.getMessage());
        }
    }

    @Override
    public CompletableFuture<@Nullable Void> stop(Duration limit) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        if (instance == null || stopping) {
            return CompletableFuture.completedFuture(null);
        }
        stopping = true;
        long end = clock.ticker().nanoTime() + limit.toNanos();
        thread.execute(() -> leave(end, done));
        return done;
    }

    private void leave(long end, CompletableFuture<@Nullable Void> done) {
        try {
            if (!settings.keepsRules()) {
                rules.become(List.of());
                drain(end, done);
                return;
            }
            log.info("The kernel's table {} stays, and goes on to lead connections to its members",
                    settings.table());
        } catch (IOException | RuntimeException e) {
            log.error("The kernel's table {} cannot be removed", settings.table(), e);
        }
        done.complete(null);
    }

    private void drain(long end, CompletableFuture<@Nullable Void> done) throws IOException {
        boolean waits = false;
        try {
            waits = served.isAnyOpen() && clock.ticker().nanoTime() - end < 0;
            if (!waits) {
                served.cutAll();
            }
        } catch (IOException | RuntimeException e) { // the rules must not stay because of that
            log.warn("What is open cannot be cut in the kernel: {}", e.getMessage());
        }
        if (waits) {
            thread.schedule(() -> {
                try {
                    drain(end, done);
                } catch (IOException | RuntimeException e) {
                    log.error("The kernel's table {} cannot be removed", settings.table(), e);
                    done.complete(null);
                }
            }, DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        rules.remove();
        done.complete(null);
    }

    /** Lets go of the table as it is. */
    @Override
    public void close() {
        stopping = true;
        thread.shutdownNow();
        Instance held = instance;
        if (held != null) {
            held.close();
        }
    }
}
