package io.headgate.l7.fast;

/** The owner of a client's connection. */
enum Phase {
    /** No request is under way. */
    BETWEEN,
    /** An exchange is. */
    FAST,
    /** The answer is sent, but the request's body is not complete: it is read and discarded. */
    DRAINING,
    /** Reactor Netty has a request. */
    SLOW,
    /** Bytes, no longer HTTP: a tunnel of the fast lane. */
    TUNNEL,
    /** Bytes, no longer HTTP: Reactor Netty's. */
    HANDED_OVER,
    /** Nothing is read any longer. */
    CLOSING;

    /** Whether what happens on the connection is Reactor Netty's. */
    boolean isSlow() {
        return this == SLOW || this == HANDED_OVER;
    }
}
