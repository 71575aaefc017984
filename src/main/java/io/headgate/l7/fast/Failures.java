package io.headgate.l7.fast;

import io.headgate.net.Shortage;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.channel.ConnectTimeoutException;
import javax.net.ssl.SSLException;

/** What a failure is called, and what it says about the member. */
final class Failures {

    private Failures() {
    }

    static Reason dialling(Throwable error) {
        if (Shortage.isCauseOf(error)) {
            Shortage.report(error);
            return Reason.INTERNAL_ERROR;
        }
        return switch (error) {
            case ConnectTimeoutException timeout -> Reason.CONNECT_TIMEOUT;
            case SSLException tls -> Reason.TLS_FAILED;
            default -> Reason.CONNECT_FAILED;
        };
    }

    static Outcome outcome(Reason reason) {
        return switch (reason) {
            case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> Outcome.CONNECT_FAILED;
            case UPSTREAM_RESET, BAD_RESPONSE -> Outcome.RESET;
            case RESPONSE_TIMEOUT, IDLE_TIMEOUT -> Outcome.TIMEOUT;
            default -> Outcome.UNKNOWN;
        };
    }
}
