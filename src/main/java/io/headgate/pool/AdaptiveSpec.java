package io.headgate.pool;

import java.time.Duration;

/**
 * How many requests and connections a member may have in flight, found by how long it takes to answer.
 *
 * @param target nine of ten answers should not take longer; more than zero
 * @param min the limit is never lower, at least 1
 * @param max nor higher
 */
public record AdaptiveSpec(Duration target, int min, int max) {}
