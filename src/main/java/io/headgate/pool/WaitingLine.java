package io.headgate.pool;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pool's queue: first come, first served, over all event loops.
 *
 * <p>
 * No wake-up is lost. Whoever joins first counts itself in {@link #length}, then looks for a place; whoever
 * frees a place first frees it, then looks at the length. Both fields are volatile, so at least one of the
 * two sees what the other has done, and {@link #serve} may be called once too often but never once too
 * little. Where nobody waits, freeing a place costs one volatile read.
 *
 * <p>
 * Guests are called, and members given back, outside the lock: what hears of the latter takes locks of its
 * own.
 */
final class WaitingLine {

    private final Function<Pick, @Nullable Member> places;
    private final Clock clock;
    private volatile int length;
    private @Nullable Waiting first;
    private @Nullable Waiting last;
    private @Nullable Reason closed;
    private long admitted;
    private long waitedNanos;
    private long full;
    private long late;
    private long left;

    /**
     * @param places takes a place that the pick may have, null where there is none
     */
    WaitingLine(Function<Pick, @Nullable Member> places, Clock clock) {
        this.places = places;
        this.clock = clock;
    }

    boolean occupied() {
        return length != 0;
    }

    synchronized QueueState state() {
        return new QueueState(length, admitted, waitedNanos, full, late, left);
    }

    /**
     * Comes in at the end. That a place may have become free, or be free for this one alone, is looked at
     * before the queue's size.
     *
     * @return why it cannot stay, null when it will hear
     */
    @Nullable
    Reason join(Waiting waiting, QueueSpec spec) {
        Waiting due;
        Reason refusal = null;
        synchronized (this) {
            if (closed != null || waiting.left) {
                return closed != null ? closed : Reason.CLIENT_GONE;
            }
            long now = clock.nanos();
            long time = waiting.pick.waitUntil(now + spec.timeout().toNanos()) - now;
            waiting.since = now;
            append(waiting);
            due = grant();
            if (waiting.inLine) {
                refusal = settle(waiting, spec, time);
            }
        }
        tell(due);
        return refusal;
    }

    private @Nullable Reason settle(Waiting waiting, QueueSpec spec, long time) {
        Reason refusal = null;
        if (length > spec.size()) {
            refusal = spec.size() == 0 ? Reason.MEMBERS_FULL : Reason.QUEUE_FULL;
            full += spec.size() == 0 ? 0 : 1;
        } else if (time <= 0) {
            refusal = Reason.QUEUE_TIMEOUT;
            late++;
        } else {
            try {
                waiting.alarm = waiting.loop.schedule(waiting::expire, time, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                refusal = Reason.SHUTDOWN; // its loop has ended
            }
        }
        if (refusal != null) {
            unlink(waiting);
        }
        return refusal;
    }

    /** Gives free places away; to be called after one has become free. */
    void serve() {
        if (length != 0) {
            Waiting due;
            synchronized (this) {
                due = grant();
            }
            tell(due);
        }
    }

    /** Nobody comes in any more, and whoever waits hears why. */
    void close(Reason reason) {
        Waiting due = null;
        synchronized (this) {
            closed = reason;
            for (Waiting waiting = last; waiting != null; waiting = last) {
                unlink(waiting);
                waiting.refused = reason;
                waiting.next = due;
                due = waiting;
            }
        }
        tell(due);
    }

    /**
     * Grants places in the order of arrival. The first one that has not tried any member yet and gets none
     * ends it: there is none for those behind it either. One that was passed over may have tried the free
     * ones already.
     *
     * @return those to be told, chained
     */
    private @Nullable Waiting grant() {
        Waiting head = null;
        Waiting tail = null;
        Waiting waiting = first;
        while (waiting != null) {
            Waiting behind = waiting.next;
            Member member = places.apply(waiting.pick);
            if (member != null) {
                unlink(waiting);
                waiting.granted = member;
                admitted++;
                waitedNanos += clock.nanos() - waiting.since;
                if (tail == null) {
                    head = waiting;
                } else {
                    tail.next = waiting;
                }
                tail = waiting;
            } else if (waiting.pick.attempts() == 0) {
                break;
            }
            waiting = behind;
        }
        return head;
    }

    private void tell(@Nullable Waiting due) {
        Waiting waiting = due;
        while (waiting != null) {
            Waiting following = waiting.next;
            waiting.next = null;
            try {
                waiting.loop.execute(waiting::tell);
            } catch (RejectedExecutionException e) {
                leave(waiting); // its loop has ended, and it with it
            }
            waiting = following;
        }
    }

    void leave(Waiting waiting) {
        Member member;
        synchronized (this) {
            waiting.left = true;
            if (waiting.inLine) {
                unlink(waiting);
                left++;
            }
            member = waiting.granted;
            waiting.granted = null;
            waiting.refused = null;
            waiting.silence();
        }
        if (member != null) {
            member.release(Outcome.UNKNOWN);
        }
    }

    /** True when it has still been waiting. */
    synchronized boolean expire(Waiting waiting) {
        if (!waiting.inLine) {
            return false;
        }
        unlink(waiting);
        late++;
        return true;
    }

    private void append(Waiting waiting) {
        Waiting before = last;
        waiting.previous = before;
        if (before == null) {
            first = waiting;
        } else {
            before.next = waiting;
        }
        last = waiting;
        waiting.inLine = true;
        count(1);
    }

    private void unlink(Waiting waiting) {
        Waiting before = waiting.previous;
        Waiting behind = waiting.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.previous = before;
        }
        waiting.previous = null;
        waiting.next = null;
        waiting.inLine = false;
        count(-1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock, read without it
    private void count(int more) {
        length += more;
    }
}
