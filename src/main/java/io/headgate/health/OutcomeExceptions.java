package io.headgate.health;

import io.headgate.pool.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.concurrent.TimeoutException;

/**
 * Outcomes as the exceptions that a circuit breaker expects, so that {@code record-exceptions} and
 * {@code ignore-exceptions} of its configuration work for members too. They are made once: nobody looks at
 * their stack traces.
 */
@SuppressWarnings("StaticAssignmentOfThrowable")
final class OutcomeExceptions {

    private static final ConnectException CONNECT = new ConnectException("no connection");
    private static final SocketException RESET = new SocketException("reset by the member");
    private static final TimeoutException TIMEOUT = new TimeoutException("the member was too slow");
    private static final ServerErrorException SERVER_ERROR = new ServerErrorException();

    private OutcomeExceptions() {
    }

    static Exception of(Outcome outcome) {
        return switch (outcome) {
            case CONNECT_FAILED -> CONNECT;
            case RESET -> RESET;
            case TIMEOUT -> TIMEOUT;
            case SERVER_ERROR -> SERVER_ERROR;
            case OK, UNKNOWN -> throw new IllegalArgumentException(outcome + " (expected: a failure)");
        };
    }

    /** The member answered 5xx. */
    static final class ServerErrorException extends IOException {

        ServerErrorException() {
            super("the member answered 5xx");
        }
    }
}
