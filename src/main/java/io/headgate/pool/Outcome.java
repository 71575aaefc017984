package io.headgate.pool;

/** How a piece of work on a member ended, as far as it tells something about the member. */
public enum Outcome {
    OK,
    /** No connection could be made, or not in time. Nothing was sent. */
    CONNECT_FAILED,
    /** The member closed or reset where it should not have. */
    RESET,
    /** The member was too slow. */
    TIMEOUT,
    /** The member answered 5xx. */
    SERVER_ERROR,
    /** Nothing can be said: the client left, or we stopped the work ourselves. */
    UNKNOWN;

    /** Whether the member is to blame. */
    public boolean failed() {
        return this != OK && this != UNKNOWN;
    }
}
