package io.headgate.pool;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Second attempts beside first ones that take long. Each has a place in the pool's {@link RetryBudget}, as a
 * repeat has: a pool whose members are all slow gets a fifth more requests, and not twice as many.
 */
public final class Hedges {

    private final Repeats repeats;
    private final AnswerTimes times = new AnswerTimes();
    private final LongAdder begun = new LongAdder();
    private final LongAdder won = new LongAdder();
    private final LongAdder refused = new LongAdder();

    Hedges(Repeats repeats) {
        this.repeats = repeats;
    }

    /** How long members take to answer requests that may be hedged. */
    public AnswerTimes times() {
        return times;
    }

    /**
     * Takes a place in the budget, and one on another member, without waiting for it.
     *
     * @return null if there is none; else {@link #end} follows, once
     */
    public @Nullable Attempt begin(Attempts attempts) {
        Attempt second = null;
        if (repeats.take()) {
            second = attempts.beside();
            if (second == null) {
                repeats.end();
            }
        }
        (second == null ? refused : begun).increment();
        return second;
    }

    /** The second attempt has answered first, or the first one has failed. */
    public void wins() {
        won.increment();
    }

    /** Gives the place in the budget back. */
    public void end() {
        repeats.end();
    }

    /** How often a second attempt was begun. */
    public long begun() {
        return begun.sum();
    }

    /** How often it was the one that the client got its answer from, or waited for. */
    public long won() {
        return won.sum();
    }

    /** How often none was begun, because the budget was used up or no other member had room. */
    public long refused() {
        return refused.sum();
    }
}
