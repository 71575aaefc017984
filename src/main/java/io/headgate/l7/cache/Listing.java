package io.headgate.l7.cache;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys of one URL, since it was last invalidated. All that was stored before belongs to another listing,
 * so that an invalidation is one write however many keys there are. But for {@link #isInvalidated}, to be
 * used within the computations of one map's entry only.
 */
final class Listing {

    private final Set<CacheKey> keys = new HashSet<>(2);
    private volatile boolean invalidated;

    void add(CacheKey key) {
        keys.add(key);
    }

    /** Takes a key off. Returns whether none is left. */
    boolean isEmptyWithout(CacheKey key) {
        keys.remove(key);
        return keys.isEmpty();
    }

    void invalidate() {
        invalidated = true;
    }

    /** Whether nothing that belongs to it may be used any more. */
    boolean isInvalidated() {
        return invalidated;
    }

    /** Adds as many keys to a list. */
    void first(int most, List<CacheKey> to) {
        keys.stream().limit(most).forEach(to::add);
    }
}
