package io.headgate.pool;

/** Whether a member may get work; derived by {@link Standing}, never stored. */
public enum Availability {
    /** Gets work. */
    UP,
    /** Waits for the verdict of its first checks. */
    CHECKING,
    /** Active checks failed. */
    DOWN,
    /** Real traffic failed. */
    EJECTED,
    /** The operator drains it. */
    DRAINING,
    /** The operator took it out. */
    MAINTENANCE,
    /** It is no longer configured or discovered; what is open finishes. */
    LEAVING
}
