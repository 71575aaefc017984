package io.headgate.pool;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One waiter's place in a pool's queue. The waiter first waits; then it is due a call on its own executor,
 * with a member or a refusal; after the call the ticket is used up. Every step is taken under the queue's
 * lock. So when a waiter leaves while a member is being granted to it, exactly one side releases that member.
 */
final class Ticket {

    final Pick pick;
    final ScheduledExecutorService loop;
    private final Pool pool;
    private final WaitQueue queue;
    private final Waiter waiter;
    // Everything below is guarded by the queue.
    @Nullable
    Ticket next;
    @Nullable
    Ticket previous;
    boolean queued;
    boolean left;
    long since;
    @Nullable
    Future<?> timer;
    @Nullable
    Member granted;
    @Nullable
    Reason refused;

    /**
     * Not in the queue yet: {@link #join} goes there, once.
     *
     * @param pick belongs to the queue until the waiter is called
     * @param loop where the waiter is called
     */
    Ticket(Pool pool, Pick pick, ScheduledExecutorService loop, Waiter waiter) {
        this.pool = pool;
        this.queue = pool.waitQueue();
        this.pick = pick;
        this.loop = loop;
        this.waiter = waiter;
    }

    /**
     * Joins the queue at its end.
     *
     * @return why it cannot; null when the waiter will be called
     */
    @Nullable
    Reason join() {
        return queue.join(this, pool.spec().queue());
    }

    /** The waiter leaves: its place in the queue, or the member just granted to it, goes to others. */
    void cancel() {
        queue.leave(this);
    }

    /** Makes the call that is due, unless the waiter has left. On its executor. */
    void call() {
        Member member;
        Reason reason;
        synchronized (queue) {
            member = granted;
            reason = refused;
            granted = null;
            refused = null;
            stopTimer();
        }
        if (member != null) {
            waiter.admitted(member);
        } else if (reason != null) {
            waiter.turnedAway(reason);
        }
    }

    /** Its time is up. On its executor. */
    void expire() {
        if (queue.expire(this)) {
            waiter.turnedAway(Reason.QUEUE_TIMEOUT);
        }
    }

    void stopTimer() {
        Future<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }
}
