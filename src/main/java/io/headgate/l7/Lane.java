package io.headgate.l7;

/** Which path served a request. */
public enum Lane {
    /** The compiled path on Netty. */
    FAST,
    /** Spring Cloud Gateway's own filters. */
    SLOW,
    /** Refused before a route was looked for. */
    NONE
}
