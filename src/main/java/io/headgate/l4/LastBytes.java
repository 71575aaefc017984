package io.headgate.l4;

import io.headgate.pool.Outcome;

/**
 * What is left to do for a relay of which one side broke off: the other is still owed what was read before
 * that, and is reset after it has confirmed all of it. A reset before would discard what the kernel holds.
 */
final class LastBytes {

    /** How long the side may accept nothing if no time is configured, in ticks. */
    private static final long USUAL = 300;
    /** How long a reset waits if the kernel does not report what is confirmed, in ticks. */
    private static final long UNSAID = 10;

    private final Leg owed;
    private final Outcome outcome;
    private long left = Long.MAX_VALUE;
    private long since;

    /**
     * Begins.
     *
     * @param owed the side that is left
     * @param outcome for the member, of what happened to the other one
     * @param now the tick
     */
    LastBytes(Leg owed, Outcome outcome, long now) {
        this.owed = owed;
        this.outcome = outcome;
        this.since = now;
    }

    Leg owed() {
        return owed;
    }

    Outcome outcome() {
        return outcome;
    }

    /**
     * Whether nothing is left, or the side has accepted nothing for too long.
     *
     * @param limit 0 if none is configured
     */
    boolean over(long now, long limit) {
        long still = owed.owedBytes();
        if (still < left) {
            left = still;
            since = now;
        }
        if (still == 0) {
            return !owed.isOpen() || owed.tellsWhatIsConfirmed() || now - since >= UNSAID;
        }
        return now - since >= (limit == 0 ? USUAL : limit);
    }
}
