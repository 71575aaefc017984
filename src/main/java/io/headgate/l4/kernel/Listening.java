package io.headgate.l4.kernel;

import io.headgate.l4.Engine;
import io.headgate.l4.Listener;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The listeners as they are now, with their pools. Any thread may ask. */
final class Listening {

    private final Pools pools;
    private volatile List<Listener> listeners = List.of();

    Listening(Pools pools) {
        this.pools = pools;
    }

    void become(Collection<Listener> now) {
        listeners = List.copyOf(now);
    }

    List<Listener> all() {
        return listeners;
    }

    /** The pool that a listener leads to; null if it has none, or there is no such pool any more. */
    @Nullable
    Pool pool(Listener listener) {
        String name = listener.spec().pool();
        return name == null ? null : pools.find(name).orElse(null);
    }

    /** The pools that the kernel is to lead to. */
    Set<Pool> pools() {
        return listeners.stream().filter(listener -> listener.spec().engine() instanceof Engine.Kernel)
                .flatMap(listener -> Stream.ofNullable(pool(listener))).collect(Collectors.toSet());
    }

    /** The names of the listeners that lead to a pool. */
    Set<String> of(Pool pool) {
        return listeners.stream().filter(listener -> pool.name().equals(listener.spec().pool()))
                .map(Listener::name).collect(Collectors.toSet());
    }

    /**
     * How long connections of a service may go on when it is gone: its pool's time, or any pool's if the
     * listener is gone, too.
     */
    Duration drainTime(Service service) {
        return listeners.stream().filter(listener -> listener.name().equals(service.listener())).findFirst()
                .map(this::pool).or(() -> pools.all().stream().findFirst())
                .map(pool -> pool.spec().lifecycle().drainTimeout()).orElse(Duration.ZERO);
    }
}
