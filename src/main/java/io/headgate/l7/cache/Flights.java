package io.headgate.l7.cache;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests that fetch an answer for the cache. While one does, others that want the same wait for it, so that
 * a thousand clients that miss at once cost a member one request.
 */
final class Flights {

    private final ConcurrentMap<Key, Flight> underWay = new ConcurrentHashMap<>();

    /** What a flight fetches. */
    record Key(CacheKey key, Vary vary) {}

    /** The flight that is under way; null if there is none, and then the new one is the caller's to end. */
    @Nullable
    Flight joinOrLead(Flight mine) {
        return underWay.putIfAbsent(mine.key, mine);
    }

    @Nullable
    Flight find(Key key) {
        return underWay.get(key);
    }

    Flight flight(Key key) {
        return new Flight(key);
    }

    int underWay() {
        return underWay.size();
    }

    /** One of them. */
    final class Flight {

        private final Key key;
        private final Set<Runnable> waiting = new LinkedHashSet<>();
        private boolean over;

        private Flight(Key key) {
            this.key = key;
        }

        /** To be called at its end, by the thread that ends it; false if it has ended. */
        synchronized boolean join(Runnable after) {
            if (!over) {
                waiting.add(after);
            }
            return !over;
        }

        synchronized void leave(Runnable after) {
            waiting.remove(after);
        }

        /** Whatever has become of it: those who waited look again. */
        void end() {
            underWay.remove(key, this);
            List<Runnable> all;
            synchronized (this) {
                over = true;
                all = List.copyOf(waiting);
                waiting.clear();
            }
            all.forEach(Runnable::run);
        }
    }
}
