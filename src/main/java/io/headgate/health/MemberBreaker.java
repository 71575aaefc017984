package io.headgate.health;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One member's circuit breaker and what it is fed.
 *
 * <p>
 * A breaker locks or spins and allocates for each result, which the hot path must not pay for. So successes,
 * which are nearly all results, are not reported at all: the member counts its outcomes anyway, and the
 * difference since the last time is fed here before each failure and once a second. Between two failures the
 * order of successes does not matter, so the breaker sees what it would have seen result by result. Nor is
 * the breaker asked for permission: while it is half-open, the member itself admits no more than its
 * configuration permits, without a lock, and each result is fed at once.
 */
final class MemberBreaker {

    /** A member with more successes for each failure fails too rarely for any sensible threshold. */
    private static final int MOST_IN_A_TIME_WINDOW = 200;

    private final Member member;
    private final OutlierSpec spec;
    private final CircuitBreaker breaker;
    private final Clock clock;
    /** Successes beyond the size of its window change nothing in a breaker, so no more than these are fed. */
    private final int mostAtATime;
    private long fed;
    private boolean waiting;
    private long waitsUntil;
    private int openings;
    private Instant opened = Instant.EPOCH;
    private @Nullable Outcome last;

    MemberBreaker(Member member, OutlierSpec spec, CircuitBreaker breaker, Clock clock) {
        this.member = member;
        this.spec = spec;
        this.breaker = breaker;
        this.clock = clock;
        this.fed = member.count(Outcome.OK);
        this.mostAtATime = breaker.getCircuitBreakerConfig()
                .getSlidingWindowType() == SlidingWindowType.COUNT_BASED
                        ? breaker.getCircuitBreakerConfig().getSlidingWindowSize()
                        : MOST_IN_A_TIME_WINDOW;
    }

    OutlierSpec spec() {
        return spec;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /** Whether the member should be ejected, if the limit allows it. */
    boolean open() {
        State state = breaker.getState();
        return state == State.OPEN || state == State.FORCED_OPEN;
    }

    /** Whether results decide about the member that was ejected. */
    boolean halfOpen() {
        return breaker.getState() == State.HALF_OPEN;
    }

    /** How many results decide. */
    int permitted() {
        return breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState();
    }

    /**
     * Takes a success during a trial.
     *
     * @return whether that decided it
     */
    synchronized boolean tried() {
        feed();
        return !halfOpen();
    }

    /** Why the breaker is open. */
    synchronized String cause() {
        if (last == null || breaker.getState() == State.FORCED_OPEN) {
            return "its breaker was opened by hand";
        }
        return last == Outcome.CONNECT_FAILED
                ? "a connection failed"
                : "too many failures, the last: " + last;
    }

    /**
     * Takes a failure. Nothing works without a connection, so one that failed opens the breaker at once.
     *
     * @return whether that opened the breaker
     */
    synchronized boolean failed(Outcome outcome) {
        if (!spec.failures().contains(outcome)) {
            return false;
        }
        feed();
        if (!waiting) {
            last = outcome;
        }
        breaker.onError(0, TimeUnit.NANOSECONDS, OutcomeExceptions.of(outcome));
        State state = breaker.getState();
        if (outcome == Outcome.CONNECT_FAILED && (state == State.CLOSED || state == State.HALF_OPEN)) {
            breaker.transitionToOpenState();
        }
        if (waiting || !open()) {
            return false;
        }
        tick();
        return true;
    }

    /**
     * Takes a check's result: a member that could not be reached, and now can, is tried again.
     *
     * @return whether it is
     */
    synchronized boolean checked(Member.Check check) {
        boolean reached = check.passed() && waiting && last == Outcome.CONNECT_FAILED
                && check.at().isAfter(opened);
        if (reached) {
            tryAgain();
        }
        return reached;
    }

    /** Feeds successes, and ends the wait of an open breaker when it is over. */
    synchronized void tick() {
        feed();
        switch (breaker.getState()) {
            case OPEN -> {
                if (!waiting) {
                    opened();
                } else if (clock.ticker().nanoTime() - waitsUntil >= 0) {
                    tryAgain();
                }
            }
            case CLOSED -> {
                waiting = false;
                openings = 0;
            }
            default -> waiting = false; // half-open, or set by an operator through the actuator
        }
    }

    private void opened() {
        waiting = true;
        openings++;
        opened = clock.wall().instant();
        long wait = breaker.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(openings);
        waitsUntil = clock.ticker().nanoTime() + Duration.ofMillis(wait).toNanos();
    }

    private void tryAgain() {
        waiting = false;
        feed();
        if (breaker.getState() == State.OPEN) { // an operator may have closed it since
            breaker.transitionToHalfOpenState();
        }
    }

    private void feed() {
        long now = member.count(Outcome.OK);
        long fresh = Math.min(now - fed, mostAtATime);
        fed = now;
        for (long i = 0; i < fresh; i++) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }
}
