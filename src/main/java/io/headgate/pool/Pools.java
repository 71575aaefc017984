package io.headgate.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All pools by name. */
public final class Pools {

    private final Clock clock;
    private final RandomSource random;
    private final Executor beside;
    private final Fanout listener = new Fanout(new CopyOnWriteArrayList<>());
    private final OutcomeListener outcomes;
    private final Set<Pool> retired = ConcurrentHashMap.newKeySet();
    private volatile Map<String, Pool> byName = Map.of();

    /**
     * Starts without any pool.
     *
     * @param outcomes is notified how work on members ended
     */
    public Pools(Clock clock, RandomSource random, OutcomeListener outcomes) {
        this(clock, random, outcomes, task -> Thread.ofVirtual().name("headgate balancer").start(task));
    }

    /**
     * Starts without any pool.
     *
     * @param beside where balancers of large pools are made
     */
    public Pools(Clock clock, RandomSource random, OutcomeListener outcomes, Executor beside) {
        this.beside = beside;
        this.clock = clock;
        this.random = random;
        this.outcomes = outcomes;
    }

    /**
     * From now on, the listener is notified of changes of members. Listeners are called in the order of their
     * registration.
     */
    public void listen(PoolListener next) {
        listener.listeners().add(next);
    }

    public Optional<Pool> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In configured order. */
    public Collection<Pool> all() {
        return byName.values();
    }

    /**
     * Makes these the pools. One that stays keeps its object and its members their state, and is not touched
     * if nothing of it has changed. The members of a pool that is gone drain.
     */
    public synchronized void apply(Collection<PoolSpec> specs) {
        Map<String, Pool> next = new LinkedHashMap<>();
        List<Runnable> changes = new ArrayList<>();
        for (PoolSpec spec : specs) {
            Pool known = byName.get(spec.name());
            Pool pool = known != null ? known : new Pool(spec, clock, random, beside, listener, outcomes);
            next.put(spec.name(), pool);
            if (known == null || !known.spec().equals(spec)) {
                changes.add(() -> pool.apply(spec));
            }
        }
        for (Pool pool : byName.values()) {
            if (!next.containsKey(pool.name())) {
                retired.add(pool);
                changes.add(pool::retire);
            }
        }
        try {
            EachOf.all(changes, Runnable::run);
        } finally {
            byName = Collections.unmodifiableMap(next);
        }
    }

    /**
     * Changes one pool, for example when discovery has found other members. Does nothing if there is no such
     * pool.
     */
    public synchronized void update(PoolSpec spec) {
        find(spec.name()).ifPresent(pool -> pool.apply(spec));
    }

    /** Does what is due by time in every pool. To be called about once a second. */
    public void sweep() {
        try {
            EachOf.all(byName.values(), Pool::sweep);
            EachOf.all(retired, Pool::sweep);
        } finally {
            forgetGone();
        }
    }

    private synchronized void forgetGone() {
        List<Pool> gone = retired.stream().filter(pool -> pool.members().isEmpty()).toList();
        if (gone.isEmpty()) {
            return;
        }
        gone.forEach(retired::remove);
        Set<String> left = Stream.concat(byName.values().stream(), retired.stream()).map(Pool::name)
                .collect(Collectors.toSet());
        gone.forEach(pool -> listener.poolGone(pool, left));
    }

    private record Fanout(List<PoolListener> listeners) implements PoolListener {

        @Override
        public void memberAdded(Pool pool, Member member) {
            tell(l -> l.memberAdded(pool, member));
        }

        @Override
        public void memberRemoved(Pool pool, Member member) {
            tell(l -> l.memberRemoved(pool, member));
        }

        @Override
        public void memberChanged(Pool pool, Member member, Availability from, Availability to,
                String cause) {
            tell(l -> l.memberChanged(pool, member, from, to, cause));
        }

        @Override
        public void memberEvicted(Pool pool, Member member, Reason reason) {
            tell(l -> l.memberEvicted(pool, member, reason));
        }

        @Override
        public void panicChanged(Pool pool, boolean panic) {
            tell(l -> l.panicChanged(pool, panic));
        }

        @Override
        public void sharesChanged(Pool pool) {
            tell(l -> l.sharesChanged(pool));
        }

        @Override
        public void poolGone(Pool pool, Set<String> left) {
            tell(l -> l.poolGone(pool, left));
        }

        private void tell(Consumer<PoolListener> event) {
            EachOf.all(listeners, event);
        }
    }
}
