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

    /** @param now in nanoseconds of the ticker */
    Flight flight(Key key, long now) {
        return new Flight(key, now);
    }

    int underWay() {
        return underWay.size();
    }

    /** How one ended. */
    enum Landing {
        /** The answer is stored. */
        STORED,
        /** An answer came that is not stored, and the next one will hardly be. */
        NOT_STORED,
        /** No answer came, or an error. */
        FAILED,
        /** The client left, or the like: that says nothing of the answer. */
        LEFT
    }

    /** One of them. */
    final class Flight implements Awaited {

        private final Key key;
        private final long began;
        private final Set<Runnable> waiting = new LinkedHashSet<>();
        private @Nullable Landing landing;

        private Flight(Key key, long began) {
            this.key = key;
            this.began = began;
        }

        /** For how many nanoseconds it has been under way. */
        long age(long now) {
            return now - began;
        }

        /** Null while it is under way. */
        synchronized @Nullable Landing landing() {
            return landing;
        }

        @Override
        public synchronized boolean join(Runnable after) {
            if (landing == null) {
                waiting.add(after);
            }
            return landing == null;
        }

        @Override
        public synchronized void leave(Runnable after) {
            waiting.remove(after);
        }

        /** Those who waited look again. */
        void end(Landing how) {
            underWay.remove(key, this);
            List<Runnable> all;
            synchronized (this) {
                landing = how;
                all = List.copyOf(waiting);
                waiting.clear();
            }
            all.forEach(Runnable::run);
        }
    }
}
