package io.headgate.l7.route;

import org.jspecify.annotations.Nullable;

/**
 * What a request must be like for a route to take it: one predicate, compiled. Immutable, called by many
 * threads.
 */
@FunctionalInterface
public interface Condition {

    boolean matches(RequestView request);

    /** What it asks for, for people. */
    default String asks() {
        return toString();
    }

    /** What the request has in that place, for people; null if it has nothing there. */
    default @Nullable String sees(RequestView request) {
        return null;
    }
}
