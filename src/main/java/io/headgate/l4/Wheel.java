package io.headgate.l4;

import io.headgate.pool.Outcome;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of one event loop's connections, kept to a tenth of a second: an active connection only
 * records {@link #now}, which costs a field, and is visited when its slot comes up. It then says when to
 * visit it again. Used only on its loop. It ticks only while it holds a deadline.
 */
final class Wheel implements Runnable {

    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Returned by {@link Deadline#due} if there is nothing more to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int SLOTS = 512;
    /** The list after the slots: deadlines that are due and have not been visited yet. */
    private static final int DUE = SLOTS;
    private static final int AFTER_FAILURE = 50;
    /**
     * The delay in ticks from which on the loop counts as held up: a peer that seems late may have been in
     * time.
     */
    private static final int LATE = 3;
    private static final Logger log = LoggerFactory.getLogger(Wheel.class);

    private final EventLoop loop;
    private final Ticker ticker;
    private final @Nullable Deadline[] slots = new Deadline[SLOTS + 1];
    private long now;
    /** The tick up to which all slots have been visited. */
    private long visited;
    private boolean heldUp;
    private int size;
    private boolean ticking;

    Wheel(EventLoop loop, Ticker ticker) {
        this.loop = loop;
        this.ticker = ticker;
    }

    /** How many ticks surely cover this time; 0 for zero. */
    static long ticks(Duration time) {
        return time.isZero() ? 0 : (time.toNanos() + TICK_NANOS - 1) / TICK_NANOS + 1;
    }

    /** The same for milliseconds, however many. */
    static long ticks(long millis) {
        return millis / TimeUnit.NANOSECONDS.toMillis(TICK_NANOS) + 1;
    }

    /** If the loop was held up, a stall that a look finds says nothing about a member. */
    Outcome found(Outcome outcome) {
        return heldUp ? Outcome.UNKNOWN : outcome;
    }

    EventLoop loop() {
        return loop;
    }

    Ticker ticker() {
        return ticker;
    }

    /** The tick of this moment, one behind at most unless the loop is held up. */
    long now() {
        return now;
    }

    /** The tick of this moment, even if the loop was held up and {@link #now} is far behind. */
    long present() {
        return ticker.nanoTime() / TICK_NANOS;
    }

    /** Visits the deadline in so many ticks from this moment on. */
    void armIn(Deadline deadline, long ticks) {
        arm(deadline, present() + ticks);
    }

    /** Visits the deadline at this tick, or at the next one if that is past. */
    void arm(Deadline deadline, long tick) {
        disarm(deadline);
        if (!ticking) {
            ticking = true;
            now = present();
            visited = now;
            tickLater();
        }
        if (tick != NEVER) {
            deadline.at = tick;
            insert(deadline, slot(tick));
        }
    }

    private void insert(Deadline deadline, int slot) {
        Deadline first = slots[slot];
        deadline.slot = slot;
        deadline.next = first;
        deadline.previous = null;
        if (first != null) {
            first.previous = deadline;
        }
        slots[slot] = deadline;
        size++;
    }

    void disarm(Deadline deadline) {
        if (deadline.slot < 0) {
            return;
        }
        Deadline next = deadline.next;
        Deadline previous = deadline.previous;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            slots[deadline.slot] = next;
        }
        deadline.slot = -1;
        deadline.next = null;
        deadline.previous = null;
        size--;
    }

    /**
     * Where what is due at this tick waits: as far off as the wheel goes, and never in the slot of
     * {@link #now}.
     */
    private int slot(long tick) {
        return Math.floorMod(Math.min(Math.max(tick, now + 1), now + SLOTS - 1), SLOTS);
    }

    /**
     * Visits everything that is due once. First, all of it is taken out of its slots. After the loop was held
     * up, "512 ticks later" is the slot of a missed tick: a deadline that is put back there while the missed
     * ticks are processed would be found again and again.
     */
    @Override
    public void run() {
        long last = visited;
        now = present();
        if (now - last > LATE && !heldUp) { // data that has come meanwhile is in the sockets, and is read
                                            // first
            heldUp = true;
            Future<?> _ = loop.schedule(this, 1, TimeUnit.MILLISECONDS);
            return;
        }
        visited = now;
        for (long tick = now; tick > last && tick > now - SLOTS; tick--) {
            collect(Math.floorMod(tick, SLOTS));
        }
        for (Deadline due = slots[DUE]; due != null; due = slots[DUE]) {
            disarm(due);
            long again = due.at <= now ? look(due) : due.at; // it lay beyond the wheel's span
            if (again != NEVER) {
                arm(due, again);
            }
        }
        heldUp = false;
        if (size > 0) {
            tickLater();
        } else {
            ticking = false;
        }
    }

    private void collect(int slot) {
        for (Deadline due = slots[slot]; due != null; due = slots[slot]) {
            disarm(due);
            insert(due, DUE);
        }
    }

    private long look(Deadline deadline) {
        try {
            return deadline.due(now);
        } catch (RuntimeException | Error e) { // such as no memory: neither the others nor this one may wait
                                               // for ever
            log.error("A connection's time limit could not be checked", e);
            return now + AFTER_FAILURE;
        }
    }

    private void tickLater() {
        Future<?> _ = loop.schedule(this, TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Something that waits on a wheel. */
    abstract static class Deadline {

        private int slot = -1;
        private long at;
        private @Nullable Deadline next;
        private @Nullable Deadline previous;

        /**
         * It is time to look.
         *
         * @param now the tick
         * @return the tick to look again at, or {@link Wheel#NEVER}
         */
        abstract long due(long now);
    }
}
