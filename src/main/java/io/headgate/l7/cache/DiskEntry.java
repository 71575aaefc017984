package io.headgate.l7.cache;

import java.util.Set;

/** What is known of a stored answer on disk without reading it, and where it is. */
final class DiskEntry {

    private final CacheKey key;
    private final Vary vary;
    private final Set<String> tags;
    private final long arrived;
    private final long usefulUntil;
    private final DiskFile file;
    private final long at;
    private final int length;
    private volatile boolean used;

    private DiskEntry(CacheKey key, Vary vary, Set<String> tags, long arrived, long usefulUntil,
            DiskFile file, long at, int length) {
        this.key = key;
        this.vary = vary;
        this.tags = tags;
        this.arrived = arrived;
        this.usefulUntil = usefulUntil;
        this.file = file;
        this.at = at;
        this.length = length;
    }

    /** @param now in nanoseconds of the ticker */
    static DiskEntry of(CacheKey key, StoredAnswer answer, long now, DiskFile file, long at, long length) {
        return new DiskEntry(key, answer.vary(), answer.tags(), answer.freshness().received(),
                now + answer.usefulFor(now), file, at, Math.toIntExact(length));
    }

    /** The same answer, copied to another place. */
    DiskEntry movedTo(DiskFile other, long where) {
        return new DiskEntry(key, vary, tags, arrived, usefulUntil, other, where, length);
    }

    CacheKey key() {
        return key;
    }

    Vary vary() {
        return vary;
    }

    Set<String> tags() {
        return tags;
    }

    /** When the answer came, in nanoseconds of the ticker. */
    long arrived() {
        return arrived;
    }

    /** Whether it can be used, or at least be asked for, at this time. */
    boolean isUseful(long now) {
        return usefulUntil - now > 0;
    }

    DiskFile file() {
        return file;
    }

    long at() {
        return at;
    }

    int length() {
        return length;
    }

    /** It was asked for: it is kept when its file has to go. */
    void use() {
        used = true;
    }

    boolean isUsed() {
        return used;
    }

    boolean isFor(CacheKey other, Vary itsVary) {
        return key.equals(other) && vary.equals(itsVary);
    }

    /** Bytes of the heap that it takes. */
    long weight() {
        long weight = 256L + key.url().length() + key.rest().length() + vary.weight();
        for (String tag : tags) {
            weight += 90 + tag.length();
        }
        return weight;
    }
}
