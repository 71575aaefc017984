package io.headgate.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Meters by name. A name may pass to another object while the old one still works. The meters of a name show
 * its newest bearer, and are removed with its last one.
 */
final class Namesakes<K, T> {

    private final MeterRegistry registry;
    private final Map<K, Bearers<T>> byName = new ConcurrentHashMap<>();

    Namesakes(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Those of one name; meters hold it weakly, the map for as long as they are registered. */
    static final class Bearers<T> {

        private final Deque<T> all = new ArrayDeque<>();
        private List<Meter> meters = List.of();
        private volatile T newest;

        private Bearers(T first) {
            newest = first;
        }

        T newest() {
            return newest;
        }

        private void add(T bearer) {
            all.remove(bearer);
            all.addLast(bearer);
            newest = bearer;
        }

        private boolean remove(T bearer) {
            all.remove(bearer);
            if (!all.isEmpty()) {
                newest = all.getLast();
            }
            return all.isEmpty();
        }
    }

    /** From now on this is the newest one of its name. */
    void add(K name, T bearer, Function<Bearers<T>, List<Meter>> meters) {
        byName.compute(name, (k, known) -> {
            Bearers<T> bearers = known == null ? new Bearers<>(bearer) : known;
            bearers.add(bearer);
            if (known == null) {
                bearers.meters = meters.apply(bearers);
            }
            return bearers;
        });
    }

    /** Removes this one; does nothing if it was removed before. */
    void remove(K name, T bearer) {
        byName.computeIfPresent(name, (k, bearers) -> bearers.remove(bearer) ? unregister(bearers) : bearers);
    }

    private @Nullable Bearers<T> unregister(Bearers<T> bearers) {
        bearers.meters.forEach(registry::remove);
        return null;
    }
}
