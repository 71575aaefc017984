package io.headgate.l7.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Ticker;
import java.util.HashSet;
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

    private final Ticker ticker;
    private final long size;
    private final Cache<CacheKey, Variants> answers;
    private final ConcurrentHashMap<String, Set<CacheKey>> byUrl = new ConcurrentHashMap<>();
    private final AtomicLongArray generations = new AtomicLongArray(GENERATIONS);
    private final AtomicLong purges = new AtomicLong();
    private final AtomicLong making = new AtomicLong();
    private final LongAdder evicted = new LongAdder();

    /**
     * Is empty.
     *
     * @param size bytes
     */
    Store(long size, Ticker ticker) {
        this.size = size;
        this.ticker = ticker;
        this.answers = Caffeine.newBuilder().maximumWeight(size - size / MAKING)
                .weigher((CacheKey key, Variants value) -> clamped((long) key.weight() + value.weight()))
                .ticker(ticker::nanoTime).executor(Runnable::run).expireAfter(new WhileUseful())
                .evictionListener((key, value, cause) -> {
                    evicted.increment();
                    unlisted(key);
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

    @Nullable
    StoredAnswer find(CacheKey key, HttpHeaders request) {
        Variants found = answers.getIfPresent(key);
        return found == null ? null : found.find(request);
    }

    /** What the answers that are stored now vary by; for a guess at what one that is to come will. */
    Vary expected(CacheKey key, HttpHeaders request) {
        Variants found = answers.getIfPresent(key);
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
        answers.asMap().compute(key, (same, before) -> {
            listed(key);
            return generation(key.url()) != generation
                    ? before
                    : (before == null ? Variants.NONE : before).with(answer);
        });
        if (answers.asMap().containsKey(key)) {
            listed(key); // an expired one before it may have been taken off just now
        } else {
            unlisted(key);
        }
    }

    /** Takes out one that has proved to be of no use. */
    void remove(CacheKey key, StoredAnswer answer) {
        answers.asMap().computeIfPresent(key, (same, before) -> {
            Variants left = before.without(answer);
            if (left.answers().isEmpty()) {
                unlisted(key);
                return null;
            }
            return left;
        });
    }

    /**
     * Takes out all that is stored for a URL, and what is on its way. Returns how many answers were stored.
     */
    int invalidate(String url) {
        generations.incrementAndGet(stripe(url));
        int count = 0;
        for (CacheKey key : byUrl.getOrDefault(url, Set.of())) {
            count += remove(key);
        }
        return count;
    }

    /** Takes out all answers that a question is answered with true for, and all that are on their way. */
    int purge(BiPredicate<String, StoredAnswer> which) {
        purges.incrementAndGet();
        int count = 0;
        for (var entry : answers.asMap().entrySet()) {
            for (StoredAnswer answer : entry.getValue().answers()) {
                if (which.test(entry.getKey().url(), answer)) {
                    remove(entry.getKey(), answer);
                    count++;
                }
            }
        }
        return count;
    }

    private int remove(CacheKey key) {
        int[] count = new int[1];
        answers.asMap().computeIfPresent(key, (same, before) -> {
            count[0] = before.answers().size();
            unlisted(key);
            return null;
        });
        return count[0];
    }

    private void listed(CacheKey key) {
        byUrl.compute(key.url(), (url, keys) -> {
            if (keys == null) {
                return Set.of(key);
            }
            if (keys.contains(key)) {
                return keys;
            }
            Set<CacheKey> more = new HashSet<>(keys);
            more.add(key);
            return more;
        });
    }

    private void unlisted(@Nullable CacheKey key) {
        if (key != null) {
            byUrl.computeIfPresent(key.url(), (url, keys) -> {
                Set<CacheKey> fewer = new HashSet<>(keys);
                fewer.remove(key);
                return fewer.isEmpty() ? null : fewer;
            });
        }
    }

    /** Room for so many bytes more of answers in the making; false if there is none. */
    boolean take(long bytes) {
        if (making.addAndGet(bytes) > size / MAKING) {
            making.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        making.addAndGet(-bytes);
    }

    long now() {
        return ticker.nanoTime();
    }

    long size() {
        return size;
    }

    /** Bytes of what is stored and in the making. */
    long used() {
        return making.get() + answers.policy().eviction().map(it -> it.weightedSize().orElse(0)).orElse(0L);
    }

    long making() {
        return making.get();
    }

    /** How many URLs and their like have stored answers. */
    long entries() {
        return answers.estimatedSize();
    }

    long evicted() {
        return evicted.sum();
    }

    /** How many URLs are known, for tests: each has an entry. */
    int urls() {
        return byUrl.size();
    }

    /** Does what is due now: for tests and for who asks how much is used. */
    void tidy() {
        answers.cleanUp();
    }
}
