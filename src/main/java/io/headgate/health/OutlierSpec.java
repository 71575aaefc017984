package io.headgate.health;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.headgate.pool.Outcome;
import java.util.Set;

/**
 * When failing traffic takes a member out.
 *
 * @param breaker an entry of {@code resilience4j.circuitbreaker.configs}; each member gets a breaker of it.
 *            Its window and thresholds say when a member is ejected, its wait duration for how long, and its
 *            permitted calls in half-open state how many outcomes decide on the way back. Durations of calls
 *            are not fed to it, so that its slow-call settings have no effect; a call that took too long is a
 *            failure of its own.
 * @param maxEjected how much of the pool may be ejected at a time, in percent, 0 to 100
 * @param failures which outcomes are failures; the others of a member's failures are not counted at all
 */
public record OutlierSpec(CircuitBreakerConfig breaker, int maxEjected, Set<Outcome> failures) {

    /** Half of the pool. */
    public static final int DEFAULT_MAX_EJECTED = 50;

    public OutlierSpec {
        failures = Set.copyOf(failures);
        if (maxEjected < 0 || maxEjected > 100) {
            throw new IllegalArgumentException(
                    "max-ejected: " + maxEjected + " (expected: 0 to 100 percent)");
        }
    }

    /** Every failure counts, half of the pool may be ejected. */
    public static OutlierSpec of(CircuitBreakerConfig breaker) {
        return new OutlierSpec(breaker, DEFAULT_MAX_EJECTED,
                Set.of(Outcome.CONNECT_FAILED, Outcome.RESET, Outcome.TIMEOUT, Outcome.SERVER_ERROR));
    }

    /**
     * How many of this many members may be ejected at a time: the percentage, rounded down. If there are two
     * or more members, it is at least one, so that a small percentage of a small pool does not silently
     * switch the detection off. A pool's only member is ejected only if all may be, and no member if the
     * percentage is 0.
     */
    int most(int members) {
        int share = members * maxEjected / 100;
        return share == 0 && maxEjected > 0 && members > 1 ? 1 : share;
    }
}
