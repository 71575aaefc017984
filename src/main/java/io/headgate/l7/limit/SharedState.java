package io.headgate.l7.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A key that replicas count together. Its number decides here, as that of any other key does; from time to
 * time it is set to what all replicas have let pass. Beyond that, it is moved on by what the others are
 * expected to let pass until the next time, so that replicas that are all busy do not each take the whole
 * rate in turn. What they took too much all the same is a debt of the key: nobody takes anything until it is
 * paid. So the sum is right in the long run, and a share that is guessed wrong is put right in the next
 * round.
 */
final class SharedState extends AtomicLong {

    /** What was seen longer ago says nothing about the others. */
    private static final long STALE = TimeUnit.SECONDS.toNanos(1);
    /** Of a debt, in bursts, and beside that: more than replicas make, less than a wrong clock. */
    private static final int MOST_BURSTS = 10;
    private static final long MOST_BEYOND = TimeUnit.SECONDS.toMicros(10);

    private final String key;
    private final long most;
    /** More than this is not held back for others: if they did not come, it would be lost. */
    private final long slack;
    private final Sharing sharing;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicBoolean due = new AtomicBoolean();
    private long told;
    private long telling;
    private boolean known;
    private long ahead;
    private long at;
    private double others;

    /**
     * Idle.
     *
     * @param burst nanoseconds that it may be ahead
     * @param interval nanoseconds of one request
     */
    SharedState(String key, long burst, long interval, long now, Sharing sharing) {
        super(now);
        this.key = key;
        this.most = MOST_BURSTS * TimeUnit.NANOSECONDS.toMicros(burst) + MOST_BEYOND;
        this.slack = (burst - interval) / 2;
        this.sharing = sharing;
    }

    String key() {
        return key;
    }

    long most() {
        return most;
    }

    /** A request has taken so much, or was refused and has taken nothing: the others may have taken it. */
    void took(long nanos) {
        if (nanos != 0) {
            taken.addAndGet(nanos);
        }
        if (!due.get() && due.compareAndSet(false, true)) {
            sharing.due(this);
        }
    }

    /** What is to be told to the others now, in microseconds. */
    synchronized long tell() {
        due.set(false);
        telling = TimeUnit.NANOSECONDS.toMicros(taken.get() - told);
        return telling;
    }

    /**
     * Nobody is told any more: what was taken meanwhile is no debt, or an outage would be followed by one.
     */
    synchronized void forget() {
        due.set(false);
        told = taken.get();
        telling = 0;
        known = false;
        others = 0;
    }

    /** The answer. */
    synchronized void heard(long micros, long now, long round) {
        long mine = TimeUnit.MICROSECONDS.toNanos(telling);
        told += mine;
        telling = 0;
        long next = TimeUnit.MICROSECONDS.toNanos(micros);
        long passed = now - at;
        if (known && passed > 0 && passed < STALE) {
            double theirs = (double) (next - mine - Math.max(ahead - passed, 0)) / passed;
            others = (others + Math.clamp(theirs, 0, 1)) / 2;
        } else {
            others = 0;
        }
        known = true;
        ahead = next;
        at = now;
        set(now + next + (taken.get() - told) + Math.min((long) (others * round), slack));
    }
}
