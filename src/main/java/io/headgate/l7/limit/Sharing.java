package io.headgate.l7.limit;

import io.headgate.net.Recurring;
import io.headgate.net.TaskThread;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other replicas in rounds what the shared limits have let pass, and hears what theirs have. Requests
 * never wait for it. While what they count in fails, each replica counts alone.
 */
public final class Sharing implements AutoCloseable {

    /** From one round to the next: what replicas can be wrong about each other. */
    static final Duration ROUND = Duration.ofMillis(100);
    /** A round that takes longer has failed. */
    static final Duration PATIENCE = Duration.ofSeconds(1);
    /** From a failed round to the next one, which asks for one key alone. */
    static final Duration PAUSE = Duration.ofSeconds(2);
    /** Keys of a round; those beyond wait for the next one. */
    private static final int MOST = 5_000;
    /** Keys that may wait, as many as limits know. Beyond that they are counted here alone. */
    static final int MOST_DUE = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(Sharing.class);

    private final SharedCounts counts;
    private final Ticker ticker;
    private final Queue<SharedState> due = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private @Nullable ScheduledExecutorService thread;
    private volatile @Nullable Round current;
    private volatile boolean alone;
    private volatile long notBefore;

    public Sharing(SharedCounts counts, Ticker ticker) {
        this.counts = counts;
        this.ticker = ticker;
        this.notBefore = ticker.nanoTime();
    }

    /** Begins with the rounds, on a thread of its own: what is asked may block it. */
    public void start() {
        ScheduledExecutorService rounds = new TaskThread("headgate-limits");
        thread = rounds;
        Future<?> _ = Recurring.every(ROUND, rounds, "The rounds of shared limits", this::round);
    }

    @Override
    public void close() {
        ScheduledExecutorService rounds = thread;
        if (rounds != null) {
            rounds.shutdownNow();
        }
    }

    /** Whether this replica counts alone, because the last round failed. */
    public boolean isAlone() {
        return alone;
    }

    /** How many rounds have been answered. */
    public long done() {
        return done.sum();
    }

    /** How many rounds have not been answered, or not in time. */
    public long failed() {
        return failed.sum();
    }

    void due(SharedState state) {
        if (waiting.get() >= MOST_DUE) { // no round takes any: its thread is held up
            state.forget();
            return;
        }
        waiting.incrementAndGet();
        due.add(state);
    }

    void round() {
        Round before = current;
        if (before != null) {
            if (ticker.nanoTime() - before.began > PATIENCE.toNanos()) {
                before.end(new IllegalStateException("no answer for " + PATIENCE.toMillis() + " ms"));
            }
            return;
        }
        if (alone && ticker.nanoTime() - notBefore < 0) {
            drop(0);
            return;
        }
        if (alone) {
            drop(1);
        }
        List<SharedState> states = new ArrayList<>();
        for (SharedState each = poll(); each != null; each = states.size() < MOST ? poll() : null) {
            states.add(each);
        }
        if (!states.isEmpty()) {
            Round round = new Round(states);
            current = round;
            round.run();
        }
    }

    /** What libraries wrap it in says nothing. */
    private static Throwable cause(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Forgets those that nobody is told of, but for so many. */
    private void drop(int rest) {
        while (waiting.get() > rest) {
            SharedState state = poll();
            if (state == null) {
                return;
            }
            state.forget();
        }
    }

    private @Nullable SharedState poll() {
        SharedState state = due.poll();
        if (state != null) {
            waiting.decrementAndGet();
        }
        return state;
    }

    /** One round, which ends once: when all have been heard of, with the first failure, or late. */
    private final class Round {

        private final List<SharedState> states;
        private final AtomicInteger left;
        private final long began = ticker.nanoTime();

        Round(List<SharedState> states) {
            this.states = states;
            this.left = new AtomicInteger(states.size());
        }

        void run() {
            for (SharedState state : states) {
                if (current != this) {
                    return;
                }
                try {
                    counts.add(state.key(), state.tell(), state.most())
                            .whenComplete((micros, fault) -> heard(state, micros, fault));
                } catch (RuntimeException | Error e) { // it could not even be asked
                    end(e);
                }
            }
        }

        private void heard(SharedState state, @Nullable Long micros, @Nullable Throwable fault) {
            if (current != this) {
                return;
            }
            if (micros == null) {
                end(fault != null ? fault : new IllegalStateException("no answer"));
                return;
            }
            state.heard(micros, ticker.nanoTime(), ROUND.toNanos());
            if (left.decrementAndGet() == 0) {
                end(null);
            }
        }

        void end(@Nullable Throwable fault) {
            synchronized (Sharing.this) {
                if (current != this) {
                    return;
                }
                if (fault == null) {
                    together();
                } else {
                    alone(fault);
                }
                current = null;
            }
        }

        private void together() {
            done.increment();
            if (alone) {
                alone = false;
                LOG.warn("Shared rate limits are counted together with other replicas again");
            }
        }

        private void alone(Throwable fault) {
            failed.increment();
            states.forEach(SharedState::forget);
            notBefore = ticker.nanoTime() + PAUSE.toNanos();
            if (!alone) {
                alone = true;
                LOG.warn("Shared rate limits are counted by this replica alone: {}", cause(fault).toString());
            }
        }
    }
}
