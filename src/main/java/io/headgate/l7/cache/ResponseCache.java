package io.headgate.l7.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.headgate.l7.CacheUse;
import io.headgate.pool.Clock;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The cache of the process, which all routes that have one share. */
public final class ResponseCache implements AutoCloseable {

    /** For how long requests do not wait for each other where the last answer was not to be stored. */
    private static final Duration PASSING = Duration.ofSeconds(30);
    private static final int PASSED = 10_000;
    /** As large a part of the size is what is known of the files on disk, and of what is to be written. */
    private static final int OF_DISK = 8;
    private static final long LEAST_OF_DISK = 4 << 20;

    private final Clock clock;
    private final Store store;
    private final @Nullable Disk disk;
    private final @Nullable DiskReads reads;
    private final Flights flights = new Flights();
    private final Cache<CacheKey, Boolean> passed;
    private final boolean tells;
    private final Map<CacheUse, LongAdder> uses = new EnumMap<>(CacheUse.class);

    /**
     * Is empty.
     *
     * @param size bytes of all that is stored, or is being
     * @param tells whether answers say in {@code Cache-Status} (RFC 9211) what the cache did
     */
    public ResponseCache(long size, boolean tells, Clock clock) {
        this(size, tells, null, clock);
    }

    /**
     * Has what lies on disk, once that is known.
     *
     * @param onDisk where a copy of what is stored lies; null for nowhere
     */
    public ResponseCache(long size, boolean tells, @Nullable OnDisk onDisk, Clock clock) {
        this.clock = clock;
        this.tells = tells;
        this.disk = onDisk == null
                ? null
                : new Disk(
                        new Disk.Settings(onDisk.path(), onDisk.size(),
                                Math.max(size / OF_DISK, LEAST_OF_DISK), onDisk.again()),
                        clock);
        this.store = new Store(size, clock.ticker(), disk);
        this.reads = disk == null ? null : new DiskReads(store, disk);
        this.passed = Caffeine.newBuilder().maximumSize(PASSED).expireAfterWrite(PASSING)
                .ticker(clock.ticker()::nanoTime).executor(Runnable::run).build();
        for (CacheUse use : CacheUse.values()) {
            uses.put(use, new LongAdder());
        }
    }

    /** How much of what there is. */
    public record Status(long entries, long bytes, long size, long evicted, Map<CacheUse, Long> uses) {

        /** Of all requests that had to do with the cache, the share that no member answered. */
        public double hitRatio() {
            long all = 0;
            long hits = 0;
            for (Map.Entry<CacheUse, Long> use : uses.entrySet()) {
                switch (use.getKey()) {
                    case HIT, STALE, COLLAPSED, REVALIDATED -> {
                        hits += use.getValue();
                        all += use.getValue();
                    }
                    case MISS -> all += use.getValue();
                    case BYPASS -> {
                    }
                }
            }
            return all == 0 ? 0 : (double) hits / all;
        }
    }

    public Status status() {
        store.tidy();
        Map<CacheUse, Long> counts = new EnumMap<>(CacheUse.class);
        uses.forEach((use, count) -> counts.put(use, count.sum()));
        return new Status(store.entries(), store.used(), store.size(), store.evicted(), counts);
    }

    /**
     * Takes out what is stored for host and target, in all its variants. Returns how many answers that were.
     */
    public int purgeUrl(String url) {
        return purged(store.purge(url));
    }

    /** The same for all URLs that begin so. */
    public int purgePrefix(String prefix) {
        return purged(store.purge((url, tags) -> url.startsWith(prefix)));
    }

    /** The same for all answers whose {@code Surrogate-Key} or {@code Cache-Tag} has this tag. */
    public int purgeTag(String tag) {
        return purged(store.purge((url, tags) -> tags.contains(tag)));
    }

    /** The same for everything. */
    public int purgeAll() {
        return purged(store.purge((url, tags) -> true));
    }

    public long bytes() {
        return store.used();
    }

    public long entries() {
        return store.entries();
    }

    public long size() {
        return store.size();
    }

    public long evicted() {
        return store.evicted();
    }

    /** How the files on disk are; null if there are none. */
    public OnDisk.@Nullable Status onDisk() {
        return disk == null
                ? null
                : new OnDisk.Status(disk.state().name().toLowerCase(Locale.ROOT), disk.entries(),
                        disk.length(), disk.size(), disk.skipped(), disk.broken());
    }

    /** For tests: whether all that is to be on disk is there. */
    boolean isWritten() {
        return disk == null || disk.isIdle();
    }

    /** What is on disk is read; null if there is none. */
    @Nullable
    DiskRead read(CacheKey key, HttpHeaders request) {
        return reads == null ? null : reads.begin(key, request);
    }

    /** What has been read; null if that could not be, or is no longer good. */
    @Nullable
    StoredAnswer answer(DiskRead read) {
        return reads == null ? null : reads.answer(read);
    }

    /** What was purged does not come back after a restart. */
    private int purged(int count) {
        if (disk != null) {
            disk.sync();
        }
        return count;
    }

    /** What is on disk stays there. */
    @Override
    public void close() {
        if (reads != null && disk != null) {
            reads.close();
            disk.close();
        }
    }

    Store store() {
        return store;
    }

    Flights flights() {
        return flights;
    }

    boolean tells() {
        return tells;
    }

    long now() {
        return clock.ticker().nanoTime();
    }

    /** In milliseconds. */
    long wall() {
        return clock.wall().millis();
    }

    /** The answer for this key was not to be stored: those who want it do not wait for each other. */
    void pass(CacheKey key) {
        passed.put(key, true);
    }

    boolean isPassed(CacheKey key) {
        return passed.getIfPresent(key) != null;
    }

    void count(CacheUse use) {
        Objects.requireNonNull(uses.get(use)).increment();
    }
}
