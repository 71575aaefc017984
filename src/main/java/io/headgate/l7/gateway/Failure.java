package io.headgate.l7.gateway;

import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.support.TimeoutException;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * A request that a pool could not serve. A {@link ResponseStatusException}, so that SCG's Retry filter knows
 * its status.
 */
final class Failure extends ResponseStatusException {

    private final Reason cause;

    Failure(Reason cause, @Nullable Throwable error) {
        super(HttpStatusCode.valueOf(cause.status()), cause.description(), seen(cause, error));
        this.cause = cause;
    }

    /**
     * What SCG's own filters would see: Retry looks at an exception and at its cause, no further, and knows a
     * timeout by SCG's own class.
     */
    private static @Nullable Throwable seen(Reason reason, @Nullable Throwable error) {
        if (reason == Reason.RESPONSE_TIMEOUT) {
            Throwable timeout = new TimeoutException(reason.description());
            return error == null ? timeout : timeout.initCause(error);
        }
        return error instanceof ResponseStatusException && error.getCause() != null
                ? error.getCause()
                : error;
    }

    /** Without a stack trace: it would say nothing, and there may be thousands of failures at once. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    Reason why() {
        return cause;
    }
}
