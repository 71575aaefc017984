package io.headgate.pool;

import java.util.Arrays;

/**
 * What a pick has to know about the request or connection it is for, over all its attempts: a key's hash, and
 * the members already tried, so that a retry never goes back to one that failed. Belongs to one request, and
 * to one thread at a time.
 */
public final class Pick {

    private static final Member[] NONE = {};

    private final long hash;
    private Member[] tried = NONE;
    private int count;
    private long waitUntil;

    /** A pick for an algorithm that does not hash. */
    public Pick() {
        this(0);
    }

    /** A pick for the key with this hash. */
    public Pick(long hash) {
        this.hash = hash;
    }

    public long hash() {
        return hash;
    }

    /** From now on the member is not picked again. */
    public void exclude(Member member) {
        if (count == tried.length) {
            tried = Arrays.copyOf(tried, count + 4);
        }
        tried[count++] = member;
    }

    public boolean excludes(Member member) {
        for (int i = 0; i < count; i++) {
            if (tried[i] == member) {
                return true;
            }
        }
        return false;
    }

    /** Takes back all exclusions but the first so many. */
    void keep(int exclusions) {
        count = exclusions;
    }

    /** When its time in the queue is over: fixed when it first comes there. */
    long waitUntil(long proposed) {
        if (waitUntil == 0) {
            waitUntil = proposed;
        }
        return waitUntil;
    }

    /** How many members were tried. */
    public int attempts() {
        return count;
    }
}
