package io.headgate.l7.fast;

/** Who has a client's connection. */
enum Phase {
    /** No request is under way. */
    BETWEEN,
    /** An exchange is. */
    FAST,
    /** The answer is out, the request's body is not: it is read and thrown away. */
    DRAINING,
    /** Reactor Netty has a request. */
    SLOW,
    /** Bytes, no longer HTTP: a tunnel of ours. */
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
