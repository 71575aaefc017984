package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stored answer that is being read from disk, for all who want it. */
final class DiskRead implements Awaited {

    private final DiskEntry entry;
    private final long generation;
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private boolean over;
    private @Nullable StoredAnswer answer;

    /** @param generation of its URL, noted before it was found */
    DiskRead(DiskEntry entry, long generation) {
        this.entry = entry;
        this.generation = generation;
    }

    DiskEntry entry() {
        return entry;
    }

    boolean isFor(CacheKey key, HttpHeaders request) {
        return entry.key().equals(key) && entry.vary().matches(request);
    }

    long generation() {
        return generation;
    }

    @Override
    public synchronized boolean join(Runnable after) {
        if (!over) {
            waiting.add(after);
        }
        return !over;
    }

    @Override
    public synchronized void leave(Runnable after) {
        waiting.remove(after);
    }

    /** Null before it is read, and if it could not be. */
    synchronized @Nullable StoredAnswer answer() {
        return answer;
    }

    /** @param read null if it could not be read */
    void end(@Nullable StoredAnswer read) {
        List<Runnable> all;
        synchronized (this) {
            over = true;
            answer = read;
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
    }
}
