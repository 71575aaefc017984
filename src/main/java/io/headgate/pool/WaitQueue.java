package io.headgate.pool;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pool's queue: first come, first served, over all event loops.
 *
 * <p>
 * No wake-up is lost. A waiter that joins first counts itself in {@link #length} and then looks for a place;
 * a thread that frees a place first frees it and then reads the length. Both are volatile, so at least one of
 * the two sees what the other has done: {@link #serve} may run once too often, but never once too little.
 * When nobody waits, freeing a place costs one volatile read.
 *
 * <p>
 * Waiters are called, and members released, outside the lock, because listeners of a release take locks of
 * their own.
 */
final class WaitQueue {

    private final Function<Pick, @Nullable Member> places;
    private final Clock clock;
    private volatile int length;
    private @Nullable Ticket first;
    private @Nullable Ticket last;
    private @Nullable Reason closed;
    private long admitted;
    private long waitedNanos;
    private long full;
    private long late;
    private long left;

    /**
     * @param places takes a place that the pick may have, null if there is none
     */
    WaitQueue(Function<Pick, @Nullable Member> places, Clock clock) {
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
     * Joins at the end. Before the queue's size is checked, free places are given away: one may have become
     * free just now, or be free for this waiter only.
     *
     * @return why it cannot stay; null when it will be called
     */
    @Nullable
    Reason join(Ticket ticket, QueueSpec spec) {
        Ticket due;
        Reason refusal = null;
        synchronized (this) {
            if (closed != null || ticket.left) {
                return closed != null ? closed : Reason.CLIENT_GONE;
            }
            long now = clock.nanos();
            long time = ticket.pick.waitUntil(now + spec.timeout().toNanos()) - now;
            ticket.since = now;
            append(ticket);
            due = grant();
            if (ticket.queued) {
                refusal = settle(ticket, spec, time);
            }
        }
        callAll(due);
        return refusal;
    }

    private @Nullable Reason settle(Ticket ticket, QueueSpec spec, long time) {
        Reason refusal = null;
        if (length > spec.size()) {
            refusal = spec.size() == 0 ? Reason.MEMBERS_FULL : Reason.QUEUE_FULL;
            full += spec.size() == 0 ? 0 : 1;
        } else if (time <= 0) {
            refusal = Reason.QUEUE_TIMEOUT;
            late++;
        } else {
            try {
                ticket.timer = ticket.loop.schedule(ticket::expire, time, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                refusal = Reason.SHUTDOWN; // its loop has ended
            }
        }
        if (refusal != null) {
            unlink(ticket);
        }
        return refusal;
    }

    /** Gives free places away; called after one has become free. */
    void serve() {
        if (length != 0) {
            Ticket due;
            synchronized (this) {
                due = grant();
            }
            callAll(due);
        }
    }

    /** Nobody may join any more, and all who wait are turned away. */
    void close(Reason reason) {
        Ticket due = null;
        synchronized (this) {
            closed = reason;
            for (Ticket ticket = last; ticket != null; ticket = last) {
                unlink(ticket);
                ticket.refused = reason;
                ticket.next = due;
                due = ticket;
            }
        }
        callAll(due);
    }

    /**
     * Grants places in the order of arrival. It stops at the first waiter that has not tried any member and
     * still gets none: then there is none for those after it either. A waiter that has tried some members may
     * have tried just the free ones, so it is passed over.
     *
     * @return those to be called, chained
     */
    private @Nullable Ticket grant() {
        Ticket head = null;
        Ticket tail = null;
        Ticket ticket = first;
        while (ticket != null) {
            Ticket after = ticket.next;
            Member member = places.apply(ticket.pick);
            if (member != null) {
                unlink(ticket);
                ticket.granted = member;
                admitted++;
                waitedNanos += clock.nanos() - ticket.since;
                if (tail == null) {
                    head = ticket;
                } else {
                    tail.next = ticket;
                }
                tail = ticket;
            } else if (ticket.pick.exclusions() == 0) {
                break;
            }
            ticket = after;
        }
        return head;
    }

    private void callAll(@Nullable Ticket due) {
        Ticket ticket = due;
        while (ticket != null) {
            Ticket following = ticket.next;
            ticket.next = null;
            try {
                ticket.loop.execute(ticket::call);
            } catch (RejectedExecutionException e) {
                leave(ticket); // its loop has ended, so nobody waits any more
            }
            ticket = following;
        }
    }

    void leave(Ticket ticket) {
        Member member;
        synchronized (this) {
            ticket.left = true;
            if (ticket.queued) {
                unlink(ticket);
                left++;
            }
            member = ticket.granted;
            ticket.granted = null;
            ticket.refused = null;
            ticket.stopTimer();
        }
        if (member != null) {
            member.release(Outcome.UNKNOWN);
        }
    }

    /** Its time is up. True when it was still waiting. */
    synchronized boolean expire(Ticket ticket) {
        if (!ticket.queued) {
            return false;
        }
        unlink(ticket);
        late++;
        return true;
    }

    private void append(Ticket ticket) {
        Ticket before = last;
        ticket.previous = before;
        if (before == null) {
            first = ticket;
        } else {
            before.next = ticket;
        }
        last = ticket;
        ticket.queued = true;
        count(1);
    }

    private void unlink(Ticket ticket) {
        Ticket before = ticket.previous;
        Ticket after = ticket.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        ticket.previous = null;
        ticket.next = null;
        ticket.queued = false;
        count(-1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock, read without it
    private void count(int more) {
        length += more;
    }
}
