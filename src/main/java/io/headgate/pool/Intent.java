package io.headgate.pool;

/** What the operator wants of a member. */
public enum Intent {
    /** Take part as the checks allow. */
    READY,
    /** Take no new work; what is open may finish within the pool's drain-timeout. */
    DRAIN,
    /** Take nothing; what is open is closed at once. */
    MAINTENANCE
}
