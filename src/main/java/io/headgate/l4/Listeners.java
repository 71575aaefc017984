package io.headgate.l4;

import io.headgate.net.ClientSource;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All listeners by name. A change comes in two steps, so that it can be part of a larger one that must be
 * made as a whole: {@link #prepare} binds the new sockets, {@link Change#commit} puts them to use.
 */
public final class Listeners {

    private final Shared shared;
    private volatile Map<String, Listener> byName = Map.of();
    private Map<SocketPlace, Binding> bindings = Map.of();
    /** Closed, but some may still serve old clients. */
    private final Map<SocketPlace, Binding> leaving = new HashMap<>();
    private @Nullable Change pending;
    private boolean stopped;

    /**
     * Starts without any listener.
     *
     * @param table the open connections; the pools must notify it of evicted members
     * @param listener is notified of connections
     */
    public Listeners(EventLoops loops, Names names, Pools pools, Clock clock, ConnectionTable table,
            ConnectionListener listener) {
        this(loops, names, pools, clock, table, listener, HttpLayer.NONE, Offload.NONE);
    }

    /**
     * The same with others that serve.
     *
     * @param http serves what listeners for HTTP accept
     * @param offload takes connections before they come here
     */
    public Listeners(EventLoops loops, Names names, Pools pools, Clock clock, ConnectionTable table,
            ConnectionListener listener, HttpLayer http, Offload offload) {
        this.shared = new Shared(loops, names, pools, clock, table, listener, http, offload);
    }

    public Optional<Listener> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Why members cannot be connected to from clients' addresses on this machine; null if they can. */
    public @Nullable String noClientSource() {
        return ClientSource.lack(shared.loops());
    }

    /** In configured order. */
    public Collection<Listener> all() {
        return byName.values();
    }

    /**
     * Makes these the listeners, or changes nothing.
     *
     * @throws BindFailedException with every listener that could not be bound
     */
    public void apply(List<ListenerSpec> specs) throws BindFailedException {
        prepare(specs).commit();
    }

    /**
     * Binds what the listeners need beyond what is bound already; nobody is accepted there until the change
     * is committed. A socket belongs to its address and not to a name: listeners may swap their addresses.
     * Blocks until all is bound.
     *
     * @throws BindFailedException with every listener that could not be bound
     */
    public synchronized Change prepare(List<ListenerSpec> specs) throws BindFailedException {
        if (pending != null || stopped) {
            throw new IllegalStateException(stopped ? "stopped" : "another change is being made");
        }
        Map<SocketPlace, Binding> next = new LinkedHashMap<>();
        List<Binding> opened = new ArrayList<>();
        List<BindFault> faults = new ArrayList<>();
        for (ListenerSpec spec : specs) {
            for (SocketPlace place : SocketPlace.of(spec)) {
                if (next.containsKey(place)) {
                    faults.add(new BindFault(spec.name(), place.address(),
                            "another listener has this address", null));
                    continue;
                }
                try {
                    Binding binding = bindings.get(place);
                    if (binding == null) {
                        binding = open(place, spec);
                        opened.add(binding);
                    }
                    next.put(place, binding);
                } catch (IOException e) {
                    faults.add(new BindFault(spec.name(), place.address(), String.valueOf(e.getMessage()),
                            inTheWay(place)));
                }
            }
        }
        if (!faults.isEmpty()) {
            opened.forEach(Binding::close);
            throw new BindFailedException(faults);
        }
        Change change = new Change(List.copyOf(specs), next, opened);
        pending = change;
        return change;
    }

    /** Which of the listeners now in force has this place by another spelling, or as a part of its own. */
    private @Nullable String inTheWay(SocketPlace wanted) {
        return byName.values().stream().filter(listener -> SocketPlace.of(listener.spec()).stream()
                .anyMatch(place -> place.covers(wanted)))
                .map(Listener::name).findFirst().orElse(null);
    }

    private Binding open(SocketPlace place, ListenerSpec spec) throws IOException {
        Binding old = leaving.remove(place);
        if (old != null) {
            old.cut();
        }
        return Binding.open(place, spec, shared);
    }

    /** Listeners that are bound and wait to be put to use. One of the two methods is to be called. */
    public final class Change {

        private final List<ListenerSpec> specs;
        private final Map<SocketPlace, Binding> next;
        private final List<Binding> opened;

        private Change(List<ListenerSpec> specs, Map<SocketPlace, Binding> next, List<Binding> opened) {
            this.specs = specs;
            this.next = next;
            this.opened = opened;
        }

        /** Does it. Open connections go on; those of a listener that is gone for its pool's drain-timeout. */
        public void commit() {
            Listeners.this.commit(this);
        }

        /** Changes nothing. */
        public void rollback() {
            synchronized (Listeners.this) {
                finish(this);
                opened.forEach(Binding::close);
            }
        }
    }

    private void finish(Change change) {
        if (pending != change) {
            throw new IllegalStateException("the change has been made or undone already");
        }
        pending = null;
    }

    private synchronized void commit(Change change) {
        finish(change);
        if (stopped) { // in the middle of the change: no client may be admitted any more
            change.opened.forEach(Binding::close);
            return;
        }
        Map<String, Listener> next = new LinkedHashMap<>();
        for (ListenerSpec spec : change.specs) {
            Listener listener = find(spec.name()).orElseGet(() -> new Listener(spec, shared));
            listener.spec(spec);
            next.put(spec.name(), listener);
            listener.bindings(
                    SocketPlace.of(spec).stream().map(place -> Objects.requireNonNull(change.next.get(place)))
                            .toList());
        }
        Map<String, Listener> before = byName;
        byName = Collections.unmodifiableMap(next);
        bindings.forEach((place, binding) -> {
            if (change.next.get(place) != binding) {
                binding.close();
                leaving.put(place, binding);
            }
        });
        bindings = change.next;
        before.values().stream().filter(l -> !next.containsValue(l)).forEach(this::retire);
        shared.offload().listening(all());
    }

    private void retire(Listener listener) {
        listener.bindings(List.of());
        Duration drain = listener.spec().protocol() instanceof ListenerProtocol.Http http
                ? http.drain()
                : drainOfPools(listener);
        Future<?> _ = shared.loops().next().schedule(
                () -> shared.table().close(listener, Reason.DRAIN_TIMEOUT),
                drain.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration drainOfPools(Listener listener) {
        return listener.spec().pools().flatMap(name -> shared.pools().find(name).stream())
                .map(pool -> pool.spec().lifecycle().drainTimeout()).max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /**
     * Stops accepting at a listener: new clients wait in the system's queue.
     *
     * @return false when there is no such listener
     */
    public synchronized boolean pause(String name) {
        return pause(name, true);
    }

    /**
     * Accepts again.
     *
     * @return false when there is no such listener
     */
    public synchronized boolean resume(String name) {
        return pause(name, false);
    }

    private boolean pause(String name, boolean pause) {
        Optional<Listener> listener = find(name);
        listener.ifPresent(l -> {
            l.pause(pause);
            shared.offload().listening(all());
        });
        return listener.isPresent();
    }

    /**
     * Stops for good: frees the addresses at once, waits for open connections, and after the limit closes
     * those that are left. The result completes when none is open.
     */
    public synchronized CompletableFuture<@Nullable Void> stop(Duration limit) {
        stopped = true;
        bindings.values().forEach(Binding::close);
        bindings = Map.of();
        all().forEach(listener -> listener.bindings(List.of()));
        return shared.offload().stop(limit).thenCombine(Farewell.start(shared, limit),
                (there, here) -> null);
    }
}
