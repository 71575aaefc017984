package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which answers are on disk. What is not in here is not used, whatever lies in the files. */
final class DiskIndex {

    /** More answers of one URL are not kept: clients may choose what its key or {@link Vary} says. */
    static final int MOST = 256;

    /** Those of each URL, the newest first. */
    private final ConcurrentHashMap<String, List<DiskEntry>> byUrl = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong weight = new AtomicLong();

    @Nullable
    DiskEntry find(CacheKey key, HttpHeaders request) {
        List<DiskEntry> entries = byUrl.get(key.url());
        if (entries != null) {
            for (DiskEntry entry : entries) {
                if (entry.key().rest().equals(key.rest()) && entry.vary().matches(request)) {
                    return entry;
                }
            }
        }
        return null;
    }

    /**
     * Adds one.
     *
     * @param good whether it may be used: asked in such a way that a {@link #remove} that follows finds it
     * @return those that are of no use now: others, or this one
     */
    List<DiskEntry> add(DiskEntry entry, BooleanSupplier good) {
        List<DiskEntry> gone = new ArrayList<>();
        byUrl.compute(entry.key().url(), (url, before) -> {
            if (!good.getAsBoolean()) {
                gone.add(entry);
                return before;
            }
            List<DiskEntry> next = new ArrayList<>();
            boolean placed = false;
            for (DiskEntry other : before == null ? List.<DiskEntry>of() : before) {
                boolean older = other.arrived() - entry.arrived() <= 0;
                if (other.isFor(entry.key(), entry.vary())) {
                    if (!older) {
                        gone.add(entry);
                        return before;
                    }
                    gone.add(other);
                    continue;
                }
                if (older && !placed) {
                    next.add(entry);
                    placed = true;
                }
                next.add(other);
            }
            if (!placed) {
                next.add(entry);
            }
            while (next.size() > MOST) {
                gone.add(next.removeLast());
            }
            added(entry);
            gone.forEach(this::removed);
            return List.copyOf(next);
        });
        return gone;
    }

    /** Puts one in the place of another, unless that has gone. */
    boolean replace(DiskEntry old, DiskEntry by) {
        boolean[] done = new boolean[1];
        byUrl.computeIfPresent(old.key().url(), (url, before) -> {
            List<DiskEntry> next = new ArrayList<>(before);
            next.replaceAll(entry -> entry == old ? by : entry); // they weigh the same
            done[0] = before.contains(old);
            return List.copyOf(next);
        });
        return done[0];
    }

    /** Returns those that were there. */
    List<DiskEntry> remove(String url) {
        return removeIf(url, entry -> true);
    }

    List<DiskEntry> remove(CacheKey key, Vary vary) {
        return removeIf(key.url(), entry -> entry.isFor(key, vary));
    }

    /** The same for one. */
    List<DiskEntry> remove(DiskEntry which) {
        return removeIf(which.key().url(), entry -> entry == which);
    }

    void clear() {
        removeIf(entry -> true);
    }

    List<DiskEntry> removeIf(Predicate<DiskEntry> which) {
        List<DiskEntry> gone = new ArrayList<>();
        for (String url : byUrl.keySet()) {
            gone.addAll(removeIf(url, which));
        }
        return gone;
    }

    private List<DiskEntry> removeIf(String ofUrl, Predicate<DiskEntry> which) {
        List<DiskEntry> gone = new ArrayList<>(1);
        byUrl.computeIfPresent(ofUrl, (url, before) -> {
            List<DiskEntry> next = new ArrayList<>(before.size());
            for (DiskEntry entry : before) {
                (which.test(entry) ? gone : next).add(entry);
            }
            gone.forEach(this::removed);
            return next.isEmpty() ? null : gone.isEmpty() ? before : List.copyOf(next);
        });
        return gone;
    }

    /** All of a file, in the order in which they lie there. */
    List<DiskEntry> in(DiskFile file) {
        List<DiskEntry> all = new ArrayList<>();
        byUrl.values().forEach(entries -> entries.stream().filter(entry -> entry.file() == file)
                .forEach(all::add));
        all.sort((one, other) -> Long.compare(one.at(), other.at()));
        return all;
    }

    private void added(DiskEntry entry) {
        count.incrementAndGet();
        weight.addAndGet(entry.weight());
    }

    private void removed(DiskEntry entry) {
        count.decrementAndGet();
        weight.addAndGet(-entry.weight());
    }

    long count() {
        return count.get();
    }

    /** Bytes of the heap that it takes. */
    long weight() {
        return weight.get();
    }
}
