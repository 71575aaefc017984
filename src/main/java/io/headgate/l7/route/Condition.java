package io.headgate.l7.route;

/**
 * What a request must be like for a route to take it: one predicate, compiled. Immutable, called by many
 * threads.
 */
@FunctionalInterface
public interface Condition {

    boolean matches(RequestView request);
}
