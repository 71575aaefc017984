package io.headgate.discovery;

import java.time.Duration;

/**
 * How often a source is asked: as its answers say (a DNS record's time to live), but not more often than
 * {@code least} and not more rarely than {@code most}.
 *
 * @param least from one answer to the next question at least; a failed question is repeated after it, then
 *            after twice as long, and so on up to {@code most}
 * @param most from one answer to the next question at most; also if an answer does not say how long it is
 *            valid
 */
public record Pace(Duration least, Duration most) {

    /** One second to thirty. */
    public static final Pace DEFAULT = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(30));

    public Pace {
        if (!least.isPositive()) {
            throw new IllegalArgumentException("least: " + least + " (expected: more than 0)");
        }
        if (most.compareTo(least) < 0) {
            throw new IllegalArgumentException("most: " + most + " (expected: " + least + " or more)");
        }
    }

    Duration after(Duration lifetime) {
        Duration longer = lifetime.compareTo(least) < 0 ? least : lifetime;
        return longer.compareTo(most) > 0 ? most : longer;
    }

    Duration afterFailure(int inARow) {
        int doublings = Math.min(inARow - 1, 20);
        return after(least.multipliedBy(1L << doublings));
    }
}
