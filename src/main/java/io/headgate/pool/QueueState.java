package io.headgate.pool;

/**
 * What a pool's queue has seen.
 *
 * @param length how many wait now
 * @param admitted how many got a place after they had waited
 * @param waitedNanos how long these waited, together
 * @param full how many found the queue full
 * @param late how many waited in vain
 * @param left how many went before they got a place
 */
public record QueueState(int length, long admitted, long waitedNanos, long full, long late, long left) {}
