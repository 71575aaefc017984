package io.headgate.l7.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * All stored answers of the process, bounded in bytes. What was used rarely goes first (W-TinyLFU), so that a
 * crawler that asks for everything once does not push out what everybody asks for.
 *
 * <p>
 * An answer that was asked for before its URL was invalidated must not be stored after it: each URL has a
 * generation, which an invalidation raises.
 */
final class Store {

    private static final int GENERATIONS = 4096;
    /** Of the size, one of so many parts is for answers in the making. */
    private static final int MAKING = 4;
    /** As many keys of a URL are taken out while a request waits. */
    private static final int AT_ONCE = 256;

    private final Ticker ticker;
    private final long size;
    private final Cache<CacheKey, Variants> answers;
    private final ConcurrentHashMap<String, Listing> byUrl = new ConcurrentHashMap<>();
    private final AtomicLongArray generations = new AtomicLongArray(GENERATIONS);
    private final AtomicLong purges = new AtomicLong();
    private final Room making;
    private final LongAdder evicted = new LongAdder();
    /** Has a copy of what is stored; null if there is none. */
    private final @Nullable Disk disk;

    /**
     * Is empty.
     *
     * @param size bytes
     * @param disk gets a copy of all that is stored, null for nothing
     */
    Store(long size, Ticker ticker, @Nullable Disk disk) {
        this.size = size;
        this.making = new Room(size / MAKING, ticker);
        this.disk = disk;
        this.ticker = ticker;
        this.answers = Caffeine.newBuilder().maximumWeight(size - size / MAKING)
                .weigher((CacheKey key, Variants value) -> clamped((long) key.weight() + value.weight()))
                .ticker(ticker::nanoTime).executor(Runnable::run).expireAfter(new WhileUseful())
                .evictionListener((key, value, cause) -> {
                    evicted.increment();
                    if (key != null && value != null) {
                        unlisted(key, value.listing());
                    }
                }).build();
    }

    private static int clamped(long weight) {
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    /** What can neither be used nor be validated any more goes. */
    private static final class WhileUseful implements Expiry<CacheKey, Variants> {

        @Override
        public long expireAfterCreate(CacheKey key, Variants value, long now) {
            return value.usefulFor(now);
        }

        @Override
        public long expireAfterUpdate(CacheKey key, Variants value, long now, long left) {
            return value.usefulFor(now);
        }

        @Override
        public long expireAfterRead(CacheKey key, Variants value, long now, long left) {
            return left;
        }
    }

    private @Nullable Variants found(CacheKey key) {
        Variants found = answers.getIfPresent(key);
        return found == null || found.listing().isInvalidated() ? null : found;
    }

    @Nullable
    StoredAnswer find(CacheKey key, HttpHeaders request) {
        Variants found = found(key);
        return found == null ? null : found.find(request);
    }

    /** What the answers that are stored now vary by; for a guess at what one that is to come will. */
    Vary expected(CacheKey key, HttpHeaders request) {
        Variants found = found(key);
        return found == null || found.answers().isEmpty()
                ? Vary.NONE
                : Vary.of(found.answers().getFirst().vary().names(), request);
    }

    /** What a URL's answers are stored with, noted before they are asked for. */
    long generation(String url) {
        return purges.get() + generations.get(stripe(url));
    }

    private static int stripe(String url) {
        int hash = url.hashCode();
        return (hash ^ hash >>> 16) & GENERATIONS - 1;
    }

    /** Stores it, unless its URL was invalidated since. */
    void put(CacheKey key, StoredAnswer answer, long generation) {
        keep(key, answer, generation);
        if (disk != null) {
            disk.put(key, answer, () -> generation(key.url()) == generation);
        }
    }

    /** The same in memory alone: it has been read from disk. */
    void keep(CacheKey key, StoredAnswer answer, long generation) {
        answers.asMap().compute(key, (same, before) -> {
            Listing now = listed(key);
            if (generation(key.url()) != generation) {
                return before;
            }
            boolean good = before != null && !before.listing().isInvalidated();
            return (good ? before : Variants.none(now)).with(answer);
        });
        answers.asMap().compute(key, (same, now) -> {
            if (now == null || now.listing().isInvalidated()) {
                unlisted(key);
            } else {
                listed(key); // an expired one before it may have been taken off just now
            }
            return now;
        });
    }

    /** What is kept for a key has grown. */
    void reweigh(CacheKey key) {
        answers.asMap().computeIfPresent(key, (same, now) -> new Variants(now.listing(), now.answers()));
    }

    /** Takes out one that has proved to be of no use. */
    void remove(CacheKey key, StoredAnswer answer) {
        if (disk != null) {
            disk.remove(key, answer.vary());
        }
        answers.asMap().computeIfPresent(key, (same, before) -> {
            Variants left = before.without(answer);
            if (left.answers().isEmpty()) {
                unlisted(key, left.listing());
                return null;
            }
            return left;
        });
    }

    /**
     * Nothing that is stored for a URL, or on its way, is used any more. Clients can cause that, and perhaps
     * choose how many keys the URL has: what is above a bound is not looked for, and goes as what nobody asks
     * for.
     */
    void invalidate(String url) {
        invalidate(url, AT_ONCE);
    }

    /** The same, and all of it is taken out. Returns how many answers were stored. */
    int purge(String url) {
        return invalidate(url, Integer.MAX_VALUE);
    }

    private int invalidate(String url, int most) {
        generations.incrementAndGet(stripe(url));
        int count = disk == null ? 0 : notInMemory(disk.remove(url));
        List<CacheKey> keys = new ArrayList<>();
        byUrl.computeIfPresent(url, (same, listing) -> {
            listing.invalidate();
            listing.first(most, keys);
            return null;
        });
        for (CacheKey key : keys) {
            count += removeInvalidated(key);
        }
        return count;
    }

    private int notInMemory(List<DiskEntry> gone) {
        int count = 0;
        for (DiskEntry entry : gone) {
            Variants here = found(entry.key());
            boolean twice = here != null
                    && here.answers().stream().anyMatch(answer -> answer.vary().equals(entry.vary()));
            count += twice ? 0 : 1;
        }
        return count;
    }

    /**
     * Takes out all answers whose URL and tags a question is answered with true for, and all that are on
     * their way.
     */
    int purge(BiPredicate<String, Set<String>> which) {
        purges.incrementAndGet();
        int count = disk == null
                ? 0
                : notInMemory(disk.removeIf(entry -> which.test(entry.key().url(), entry.tags())));
        for (var entry : answers.asMap().entrySet()) {
            if (entry.getValue().listing().isInvalidated()) {
                removeInvalidated(entry.getKey());
                continue;
            }
            for (StoredAnswer answer : entry.getValue().answers()) {
                if (which.test(entry.getKey().url(), answer.tags())) {
                    remove(entry.getKey(), answer);
                    count++;
                }
            }
        }
        return count;
    }

    /** Not what was stored since. Returns how many answers that was. */
    private int removeInvalidated(CacheKey key) {
        int[] count = new int[1];
        answers.asMap().computeIfPresent(key, (same, before) -> {
            if (!before.listing().isInvalidated()) {
                return before;
            }
            count[0] = before.answers().size();
            return null;
        });
        return count[0];
    }

    /** Adds a key to those of its URL. */
    private Listing listed(CacheKey key) {
        return byUrl.compute(key.url(), (url, before) -> {
            Listing now = before == null ? new Listing() : before;
            now.add(key);
            return now;
        });
    }

    private void unlisted(CacheKey key) {
        byUrl.computeIfPresent(key.url(), (url, now) -> now.isEmptyWithout(key) ? null : now);
    }

    /** The key may have a newer answer, in another listing, if this one was invalidated. */
    private void unlisted(CacheKey key, Listing from) {
        if (!from.isInvalidated()) {
            unlisted(key);
        }
    }

    /** The memory for answers that are still to be stored. */
    Room room() {
        return making;
    }

    long now() {
        return ticker.nanoTime();
    }

    long size() {
        return size;
    }

    /** Bytes of what is stored and in the making. */
    long used() {
        return making.taken() + answers.policy().eviction().map(it -> it.weightedSize().orElse(0)).orElse(0L);
    }

    long making() {
        return making.taken();
    }

    /** How many URLs and their like have stored answers. */
    long entries() {
        return answers.estimatedSize();
    }

    long evicted() {
        return evicted.sum();
    }

    /** For tests: each URL has an entry. */
    int urls() {
        return byUrl.size();
    }

    /** Does what is due now: for tests and for who asks how much is used. */
    void tidy() {
        answers.cleanUp();
    }
}
