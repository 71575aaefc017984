package io.headgate.l7.fast;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the tunnels of all event loops. */
final class Tunnels {

    private final AtomicInteger open = new AtomicInteger();

    int open() {
        return open.get();
    }

    /**
     * Whether there is room for one more now.
     *
     * @param max 0 for no limit
     */
    boolean hasRoom(int max) {
        return max == 0 || open.get() < max;
    }

    /** Takes a place, which must be released; false if there is none. */
    boolean take(int max) {
        if (open.incrementAndGet() > max && max != 0) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBack() {
        open.decrementAndGet();
    }
}
