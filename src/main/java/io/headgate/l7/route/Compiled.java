package io.headgate.l7.route;

import java.util.List;

/** A route after compilation, in one lane or the other. */
public sealed interface Compiled {

    String id();

    /**
     * All must match for the route to take a request. For a slow route, these are the conditions that could
     * be compiled. If one of them fails, the route certainly does not match; if all match, it may.
     */
    List<Condition> conditions();

    /** A route that the fast path serves. */
    record Fast(FastRoute route, List<Condition> conditions) implements Compiled {

        public Fast {
            conditions = List.copyOf(conditions);
        }

        @Override
        public String id() {
            return route.id();
        }
    }

    /**
     * A route that only Spring Cloud Gateway can serve.
     *
     * @param reason why it is slow, for people
     * @param remedy what would make it fast, for people
     */
    record Slow(String id, List<Condition> conditions, String reason, String remedy) implements Compiled {

        public Slow {
            conditions = List.copyOf(conditions);
        }
    }
}
