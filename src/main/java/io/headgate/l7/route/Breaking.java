package io.headgate.l7.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.headgate.pool.Reason;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A route's circuit breaker: Resilience4j's own, which both lanes ask and tell, and what becomes of a request
 * that it does not let pass or that has failed. Immutable.
 *
 * @param breaker shared by all routes that name it
 * @param limit how long a request may take until its answer begins; null for no limit of the breaker's
 * @param statuses the statuses of answers that are failures
 * @param failures what the breaker is told
 * @param fallback the path that takes such a request instead; null if nobody does
 * @param resumes whether a failure is passed over: the client gets the member's answer as it is, or an empty
 *            one
 * @param within how many of the route's changes to answers are made by filters behind the breaker, which come
 *            first
 */
public record Breaking(CircuitBreaker breaker, @Nullable Duration limit, BitSet statuses, Failures failures,
        @Nullable Function<RequestDraft, String> fallback, boolean resumes, int within) {

    public Breaking {
        statuses = (BitSet) statuses.clone();
    }

    /** The exceptions that stand for what has failed, as the slow lane would throw them. */
    public interface Failures {

        Throwable of(Reason reason);

        Throwable ofStatus(int status);
    }

    public Breaking within(int edits) {
        return new Breaking(breaker, limit, statuses, failures, fallback, resumes, edits);
    }
}
