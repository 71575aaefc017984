package io.headgate.pool;

import java.util.Arrays;

/**
 * What a pick has to know about the request or connection it is for, over all its attempts: a key's hash, and
 * the members already tried, so that a retry never goes back to one that failed. Belongs to one request, and
 * to one thread at a time. {@link Attempts} is one itself, which saves an object for each request.
 */
public sealed class Pick permits Attempts {

    private static final Member[] NONE = {};

    private long hash;
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

    public final long hash() {
        return hash;
    }

    /** The hash of another key; its time in the queue begins anew. */
    final void hash(long key) {
        hash = key;
        waitUntil = 0;
    }

    /** From now on the member is not picked again. */
    public final void exclude(Member member) {
        if (count == tried.length) {
            tried = Arrays.copyOf(tried, count + 4);
        }
        tried[count++] = member;
    }

    public final boolean excludes(Member member) {
        for (int i = 0; i < count; i++) {
            if (tried[i] == member) {
                return true;
            }
        }
        return false;
    }

    /** How many members are excluded. */
    final int exclusions() {
        return count;
    }

    /** Takes back all exclusions but the first so many. */
    final void keep(int exclusions) {
        count = exclusions;
    }

    /** Takes back all exclusions; its time in the queue begins anew. */
    final void forget() {
        keep(0);
        waitUntil = 0;
    }

    /** When its time in the queue is over: fixed when it first comes there. */
    final long waitUntil(long proposed) {
        if (waitUntil == 0) {
            waitUntil = proposed;
        }
        return waitUntil;
    }
}
