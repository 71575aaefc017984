package io.headgate.l7.admit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map that forgets what was not asked for lately. It has two generations: what is found in the old
 * one moves to the young one, and when the young one is full, the old one is dropped. Neither a look-up nor
 * an entry locks or sorts anything.
 */
final class Remembered<K, V> {

    private final int half;
    private volatile Map<K, V> young = new ConcurrentHashMap<>();
    private volatile Map<K, V> old = Map.of();

    /** @param most how many entries there are at most, but for a few that come at the same moment */
    Remembered(int most) {
        this.half = most / 2;
    }

    @Nullable
    V get(K key) {
        V found = young.get(key);
        if (found == null) {
            found = old.get(key);
            if (found != null) {
                put(key, found);
            }
        }
        return found;
    }

    void put(K key, V value) {
        if (young.size() >= half) {
            age();
        }
        young.put(key, value);
    }

    private synchronized void age() {
        if (young.size() >= half) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }

    int size() {
        return young.size() + old.size();
    }
}
