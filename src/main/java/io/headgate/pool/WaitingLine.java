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
    private @Nullable Ticket first;
    private @Nullable Ticket last;
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
            if (ticket.inLine) {
                refusal = settle(ticket, spec, time);
            }
        }
        tell(due);
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
                ticket.alarm = ticket.loop.schedule(ticket::expire, time, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                refusal = Reason.SHUTDOWN; // its loop has ended
            }
        }
        if (refusal != null) {
            unlink(ticket);
        }
        return refusal;
    }

    /** Gives free places away; to be called after one has become free. */
    void serve() {
        if (length != 0) {
            Ticket due;
            synchronized (this) {
                due = grant();
            }
            tell(due);
        }
    }

    /** Nobody comes in any more, and whoever waits hears why. */
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
        tell(due);
    }

    /**
     * Grants places in the order of arrival. The first one that has not tried any member yet and gets none
     * ends it: there is none for those behind it either. One that was passed over may have tried the free
     * ones already.
     *
     * @return those to be told, chained
     */
    private @Nullable Ticket grant() {
        Ticket head = null;
        Ticket tail = null;
        Ticket ticket = first;
        while (ticket != null) {
            Ticket behind = ticket.next;
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
            } else if (ticket.pick.attempts() == 0) {
                break;
            }
            ticket = behind;
        }
        return head;
    }

    private void tell(@Nullable Ticket due) {
        Ticket ticket = due;
        while (ticket != null) {
            Ticket following = ticket.next;
            ticket.next = null;
            try {
                ticket.loop.execute(ticket::tell);
            } catch (RejectedExecutionException e) {
                leave(ticket); // its loop has ended, and it with it
            }
            ticket = following;
        }
    }

    void leave(Ticket ticket) {
        Member member;
        synchronized (this) {
            ticket.left = true;
            if (ticket.inLine) {
                unlink(ticket);
                left++;
            }
            member = ticket.granted;
            ticket.granted = null;
            ticket.refused = null;
            ticket.silence();
        }
        if (member != null) {
            member.release(Outcome.UNKNOWN);
        }
    }

    /** True when it has still been waiting. */
    synchronized boolean expire(Ticket ticket) {
        if (!ticket.inLine) {
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
        ticket.inLine = true;
        count(1);
    }

    private void unlink(Ticket ticket) {
        Ticket before = ticket.previous;
        Ticket behind = ticket.next;
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
        ticket.previous = null;
        ticket.next = null;
        ticket.inLine = false;
        count(-1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock, read without it
    private void count(int more) {
        length += more;
    }
}
