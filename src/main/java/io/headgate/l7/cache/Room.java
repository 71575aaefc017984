package io.headgate.l7.cache;

import io.netty.util.concurrent.Ticker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for answers in the making. An answer grows as fast as its client takes it. So that slow clients
 * cannot keep all of the memory, those that do not grow lose theirs when others need it.
 */
final class Room {

    /** How long an answer may stand still without losing it. */
    private static final long STILL = TimeUnit.SECONDS.toNanos(1);

    private final long size;
    private final Ticker ticker;
    private final AtomicLong taken = new AtomicLong();
    private final Set<Recording> recordings = ConcurrentHashMap.newKeySet();
    private volatile long looked;

    /** @param size in bytes */
    Room(long size, Ticker ticker) {
        this.size = size;
        this.ticker = ticker;
        this.looked = ticker.nanoTime() - STILL;
    }

    /** Takes so many bytes; false if they are not there. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= size) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** The same for an answer, if need be from those that stand still. */
    boolean take(long bytes, Recording recording) {
        if (!take(bytes) && !(clear(recording) && take(bytes))) {
            return false;
        }
        recordings.add(recording);
        return true;
    }

    /** Looks at all of them, but not all the time. */
    private boolean clear(Recording needs) {
        long now = ticker.nanoTime();
        if (now - looked < STILL / 10) {
            return false;
        }
        looked = now;
        boolean any = false;
        for (Recording other : recordings) {
            if (other != needs && now - other.grown() >= STILL) {
                other.lose();
                any = true;
            }
        }
        return any;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** It takes nothing any more. */
    void leave(Recording recording) {
        recordings.remove(recording);
    }

    long now() {
        return ticker.nanoTime();
    }

    long taken() {
        return taken.get();
    }
}
