package io.headgate.l7.gateway;

import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * A request that a pool could not serve. A {@link ResponseStatusException}, so that SCG's Retry filter knows
 * its status.
 */
final class Failure extends ResponseStatusException {

    private final Reason cause;

    Failure(Reason cause, @Nullable Throwable error) {
        super(HttpStatusCode.valueOf(cause.status()), cause.description(), error);
        this.cause = cause;
    }

    /** Where it was made tells nothing; there may be thousands at once. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    Reason why() {
        return cause;
    }
}
