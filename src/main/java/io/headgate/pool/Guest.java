package io.headgate.pool;

/**
 * Whoever waits for a place in a pool. One of the two is called, once, on the executor that came with its
 * {@link Ticket}; none after it has cancelled.
 */
public interface Guest {

    /** Holds a place on this member from now on, and gives it back as one from {@link Pool#acquire}. */
    void admitted(Member member);

    /** Gets no place. */
    void turnedAway(Reason reason);
}
