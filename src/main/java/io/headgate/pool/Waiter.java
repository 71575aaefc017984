package io.headgate.pool;

/**
 * Waits for a place on one of a pool's members. One of the two is called, once, on the executor that came
 * with its {@link Ticket}; neither after the ticket was cancelled.
 */
interface Waiter {

    /** It holds a place on this member from now on, and releases it. */
    void admitted(Member member);

    /** It gets no place. */
    void turnedAway(Reason reason);
}
