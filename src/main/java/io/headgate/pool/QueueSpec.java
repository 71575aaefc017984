package io.headgate.pool;

import java.time.Duration;

/**
 * The queue of a pool, as configured.
 *
 * @param size how many may wait at once while every member is at its max-connections; 0 for no queue
 * @param timeout how long one may wait, over all its attempts
 */
public record QueueSpec(int size, Duration timeout) {

    /** Nobody waits. */
    public static final QueueSpec OFF = new QueueSpec(0, Duration.ofSeconds(2));
}
