package io.headgate.pool;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One guest in a pool's queue. It waits; then a word for it is due, a member or a refusal, which is told on
 * its own executor; then it is over. Every step is made under the lock of the line, so that a guest that
 * leaves meets either the word or the end of it: a place granted to it is given back by exactly one of the
 * two.
 */
public final class Ticket {

    final Pick pick;
    final ScheduledExecutorService loop;
    private final Pool pool;
    private final WaitingLine line;
    private final Guest guest;
    // All that follows is guarded by the line.
    @Nullable
    Ticket next;
    @Nullable
    Ticket previous;
    boolean inLine;
    boolean left;
    long since;
    @Nullable
    Future<?> alarm;
    @Nullable
    Member granted;
    @Nullable
    Reason refused;

    /**
     * Not in the queue yet: {@link #join} goes there, once.
     *
     * @param pick belongs to the queue until the guest hears from it
     * @param loop where the guest is told
     */
    public Ticket(Pool pool, Pick pick, ScheduledExecutorService loop, Guest guest) {
        this.pool = pool;
        this.line = pool.line();
        this.pick = pick;
        this.loop = loop;
        this.guest = guest;
    }

    /**
     * Comes in at the end of the queue.
     *
     * @return why it cannot, null when the guest will hear
     */
    public @Nullable Reason join() {
        return line.join(this, pool.spec().queue());
    }

    /** The guest goes: its place in the queue, or the one just granted to it, is for others. */
    public void cancel() {
        line.leave(this);
    }

    /** Tells what is due, unless the guest has gone. On its executor. */
    void tell() {
        Member member;
        Reason reason;
        synchronized (line) {
            member = granted;
            reason = refused;
            granted = null;
            refused = null;
            silence();
        }
        if (member != null) {
            guest.admitted(member);
        } else if (reason != null) {
            guest.turnedAway(reason);
        }
    }

    /** Its time is up. On its executor. */
    void expire() {
        if (line.expire(this)) {
            guest.turnedAway(Reason.QUEUE_TIMEOUT);
        }
    }

    void silence() {
        Future<?> timer = alarm;
        alarm = null;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
