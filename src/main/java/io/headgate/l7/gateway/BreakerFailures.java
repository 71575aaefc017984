package io.headgate.l7.gateway;

import io.headgate.l7.route.Breaking;
import io.headgate.pool.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The failures that a circuit breaker of the fast lane gets: the exceptions that the slow lane would throw,
 * so that {@code record-exceptions} and the like mean the same on both lanes. They carry nothing of a
 * request, so each is made only once.
 */
public final class BreakerFailures implements Breaking.Failures {

    private final Map<Reason, Throwable> known = new EnumMap<>(Reason.class);
    private final IntFunction<Throwable> statuses;

    /**
     * For all reasons of layer 7.
     *
     * @param statuses makes the failure for an answer with this status
     */
    public BreakerFailures(IntFunction<Throwable> statuses) {
        this.statuses = statuses;
        for (Reason reason : Reason.values()) {
            if (reason.where().isLayer7()) {
                known.put(reason, new Failure(reason, null));
            }
        }
    }

    @Override
    public Throwable of(Reason reason) {
        return known.getOrDefault(reason, new IllegalStateException(reason.code()));
    }

    @Override
    public Throwable ofStatus(int status) {
        return statuses.apply(status);
    }
}
