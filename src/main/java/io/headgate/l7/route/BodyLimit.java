package io.headgate.l7.route;

/**
 * How large the body of a request may be.
 *
 * @param bytes the most that it may have
 * @param exceeded the answer if it has more
 */
public record BodyLimit(long bytes, Answer exceeded) {}
