package io.headgate.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * All attempts of one request or connection, one after the other: picks a member that was not tried before,
 * takes a place on it or waits for one in the pool's queue, and releases it once.
 *
 * <p>
 * A member may be evicted at any moment (see {@link PoolListener#memberEvicted}). An attempt is published in
 * {@link #held()} first, and only then is the member asked whether it is evicted. So either the code that
 * closes the member's connections finds the attempt, or this class finds the eviction and looks for another
 * member. The caller closes the last gap with {@link Attempt#evicted()}, when its connection is ready.
 *
 * <p>
 * Belongs to one thread at a time. {@link #end}, {@link #leaveQueue}, {@link #release} and the questions
 * about attempts may come from any thread. A member that is granted while another thread ends the request is
 * released by one of the two: {@link #end} sets {@link #over} before it looks for an attempt, and an attempt
 * is published before {@link #over} is read.
 *
 * <p>
 * Where two threads pick at once all the same (a time limiter's fallback runs on another one than the request
 * whose time is up), the attempt that comes last replaces the other one, which is released.
 */
public final class Attempts extends Pick {

    /**
     * The user of attempts. One of the two methods is called for each {@link Step.Queued}, on its own
     * executor.
     */
    public interface Caller {

        /** The queue has granted a place on a member. */
        void admitted(Attempt attempt);

        /** No place became available. */
        void turnedAway(Reason reason);
    }

    private static final VarHandle CURRENT = currentOfEach();

    private final int max;
    private @Nullable Pool pool;
    private @Nullable Reason failure;
    private boolean lenient;
    private int count;
    private volatile long queuedNanos = -1;
    private volatile @Nullable Attempt current;
    private volatile @Nullable Ticket ticket;
    private volatile boolean over;

    private static VarHandle currentOfEach() {
        try {
            return MethodHandles.lookup().findVarHandle(Attempts.class, "current", Attempt.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Without a pool: {@link #begin} says which.
     *
     * @param max after how many attempts a failed one is not followed by another
     */
    public Attempts(int max) {
        this.max = max;
    }

    /**
     * From now on members of this pool are tried. May be called again, for another pool or the same one: then
     * nothing counts as failed, the key of the same pool stays, and members that were tried before are
     * avoided, but taken again when there is no other.
     *
     * @param key the hash of what the pool balances on, 0 if it does not hash
     */
    public void begin(Pool next, long key) {
        if (!next.equals(pool)) {
            pool = next;
            hash(key);
        }
        failure = null;
        lenient = count > 0;
    }

    /** A member that is picked only when there is no other. */
    public void avoid(Member member) {
        exclude(member);
        lenient = true;
    }

    /**
     * Picks a member, or joins the pool's queue if all members that are left are full and the pool has a
     * queue.
     *
     * @param bound the member that the session is bound to: taken if it may still serve the session
     * @param loop where the caller is called when its wait is over
     */
    public Step next(@Nullable Member bound, ScheduledExecutorService loop, Caller caller) {
        Attempt attempt = nextNow(bound);
        if (attempt != null) {
            return attempt;
        }
        Pool from = pool();
        if (isClosed() || !from.mayQueue(this)) {
            return new Step.Refused(refusal());
        }
        Ticket waiting = new Ticket(from, this, loop, new Wait(bound, loop, caller, from.nanos()));
        ticket = waiting; // before it joins: it may be called on another thread at once
        Reason refused = waiting.join();
        if (refused != null) {
            ticket = null;
            return new Step.Refused(failure != null ? failure : refused);
        }
        if (over) {
            waiting.cancel();
        }
        return Step.Queued.STEP;
    }

    /**
     * Picks a member without waiting.
     *
     * @return null when there is none; {@link #refusal} says why
     */
    public @Nullable Attempt nextNow(@Nullable Member bound) {
        if (isClosed()) {
            return null;
        }
        Attempt attempt = search(bound);
        if (attempt == null && lenient) {
            forget();
            attempt = search(bound);
        }
        return attempt;
    }

    private boolean isClosed() {
        return over || (failure != null && isExhausted());
    }

    private @Nullable Attempt search(@Nullable Member bound) {
        Pool from = pool();
        Attempt attempt = null;
        while (attempt == null && !over) {
            Member member = from.acquire(this, bound);
            if (member == null) {
                return null;
            }
            attempt = hold(member);
        }
        return attempt;
    }

    /**
     * Takes over a place on a member; null, and released, if the member is evicted or the request is over.
     */
    private @Nullable Attempt hold(Member member) {
        Attempt attempt = new Attempt(member);
        Attempt before = (Attempt) CURRENT.getAndSet(this, attempt); // before the rest: see the class comment
        if (before != null) {
            before.release(Outcome.UNKNOWN); // does nothing but to one that another thread has just picked
        }
        Reason evicted = member.evicted();
        if (evicted == null && !over) {
            count++;
            return attempt;
        }
        exclude(member);
        attempt.release(Outcome.UNKNOWN);
        CURRENT.compareAndSet(this, attempt, before);
        if (failure == null) {
            failure = evicted;
        }
        return null;
    }

    /** The same after a wait in the queue. */
    private final class Wait implements Waiter {

        private final @Nullable Member bound;
        private final ScheduledExecutorService loop;
        private final Caller caller;
        private final long since;

        Wait(@Nullable Member bound, ScheduledExecutorService loop, Caller caller, long since) {
            this.since = since;
            this.bound = bound;
            this.loop = loop;
            this.caller = caller;
        }

        @Override
        public void admitted(Member member) {
            ticket = null;
            over(since);
            Step step;
            try {
                Attempt attempt = hold(member);
                step = attempt != null ? attempt : next(bound, loop, caller);
            } catch (RuntimeException | Error e) {
                caller.turnedAway(Reason.INTERNAL_ERROR); // or it would wait for ever
                throw e;
            }
            if (over) {
                return; // the request was ended elsewhere, its member released, and no callback is expected
            }
            switch (step) {
                case Attempt granted -> caller.admitted(granted);
                case Step.Refused(Reason reason) -> caller.turnedAway(reason);
                case Step.Queued _ -> {
                    // and will be called later
                }
            }
        }

        @Override
        public void turnedAway(Reason reason) {
            ticket = null;
            over(since);
            caller.turnedAway(reason);
        }
    }

    /** A wait in the queue is over. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one wait at a time
    private void over(long since) {
        queuedNanos = Math.max(queuedNanos, 0) + pool().nanos() - since;
    }

    /** How long it has waited in the queue; -1 if it never did. */
    public long queuedNanos() {
        return queuedNanos;
    }

    /** Leaves the queue; no callback will follow. */
    public void leaveQueue() {
        Ticket waiting = ticket;
        if (waiting != null) {
            ticket = null;
            waiting.cancel();
        }
    }

    /** The attempt has failed: its member is not picked again, and is blamed as the reason says. */
    public void failed(Reason reason) {
        failed(reason, reason.outcome());
    }

    /**
     * The attempt has failed: its member is not picked again.
     *
     * @param outcome what that says about the member, if it differs from the reason's
     */
    public void failed(Reason reason, Outcome outcome) {
        failure = reason;
        lenient = false;
        abandon(outcome);
    }

    /** Releases the member that is held, and does not pick it again. */
    public void abandon(Outcome outcome) {
        Attempt attempt = current;
        if (attempt != null && !attempt.isReleased()) {
            exclude(attempt.member());
            attempt.release(outcome);
        }
    }

    /** Whether there is a member that was not tried; the one that is held counts as tried. */
    public boolean offersAnother() {
        excludeHeld();
        return pool().offers(this);
    }

    private void excludeHeld() {
        Member member = held();
        if (member != null && !excludes(member)) {
            exclude(member);
        }
    }

    /**
     * Begins a second attempt beside the one that is held, on a member that was not tried, without waiting
     * for one. The caller releases it, unless {@link #replace} makes it the current one.
     *
     * @return null if there is no other member with room
     */
    @Nullable
    Attempt beside() {
        excludeHeld();
        Member member = held() == null ? null : pool().acquire(this);
        if (member == null) {
            return null;
        }
        exclude(member);
        Attempt second = new Attempt(member);
        if (member.evicted() != null || over) {
            second.release(Outcome.UNKNOWN);
            return null;
        }
        count++;
        return second;
    }

    /**
     * A second attempt goes on in the place of the one that is held, which is released.
     *
     * @param outcome of the one that was held
     */
    public void replace(Attempt second, Outcome outcome) {
        leaveQueue();
        Attempt first = (Attempt) CURRENT.getAndSet(this, second);
        if (first != null) {
            first.release(outcome);
        }
        failure = null;
        if (over) {
            second.release(Outcome.UNKNOWN);
        }
    }

    /** Releases the member that is held, if one is. */
    public void release(Outcome outcome) {
        Attempt attempt = current;
        if (attempt != null) {
            attempt.release(outcome);
        }
    }

    /** Nothing more is tried: releases the member that is held or leaves the queue. */
    public void end(Outcome outcome) {
        over = true; // before the next lines: see the class comment
        leaveQueue();
        release(outcome);
    }

    /** Whether as many attempts have been made as there may be. */
    public boolean isExhausted() {
        return count >= max;
    }

    /** The reason if nothing more is tried: why the last attempt failed, or why there was none. */
    public Reason refusal() {
        return failure != null ? failure : pool().refusal();
    }

    /** The current attempt, released or not; null before the first. */
    public @Nullable Attempt current() {
        return current;
    }

    /** The member that is held now. */
    public @Nullable Member held() {
        Attempt attempt = current;
        return attempt == null || attempt.isReleased() ? null : attempt.member();
    }

    /** The member that was tried last, held or not. */
    public @Nullable Member last() {
        Attempt attempt = current;
        return attempt == null ? null : attempt.member();
    }

    /** How many attempts were made. */
    public int count() {
        return count;
    }

    private Pool pool() {
        return Objects.requireNonNull(pool, "begin() comes first");
    }
}
