package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.Condition;
import java.util.ArrayList;
import java.util.List;

/**
 * Which requests something of the application's may take, as far as its conditions can be read: all must
 * match. With none, it may take any request.
 *
 * @param exact whether it certainly takes what matches
 */
record MayTake(List<Condition> conditions, boolean exact) {

    /** Nothing can be said. */
    static final MayTake ANY = new MayTake(List.of(), false);

    /** It takes every request. */
    static final MayTake ALL = new MayTake(List.of(), true);

    MayTake {
        conditions = List.copyOf(conditions);
    }

    static MayTake when(Condition condition) {
        return new MayTake(List.of(condition), true);
    }

    boolean takesAny() {
        return conditions.isEmpty();
    }

    MayTake and(MayTake other) {
        List<Condition> both = new ArrayList<>(conditions);
        both.addAll(other.conditions);
        return new MayTake(both, exact && other.exact);
    }

    MayTake or(MayTake other) {
        if (takesAny()) {
            return this;
        }
        if (other.takesAny()) {
            return other;
        }
        Condition one = single();
        Condition two = other.single();
        return new MayTake(List.of(request -> one.matches(request) || two.matches(request)),
                exact && other.exact);
    }

    /** What is not known exactly may not match either. */
    MayTake not() {
        if (!exact || takesAny()) {
            return ANY;
        }
        Condition taken = single();
        return when(request -> !taken.matches(request));
    }

    /** What it may take as one condition; it has some. */
    Condition single() {
        if (conditions.size() == 1) {
            return conditions.getFirst();
        }
        return request -> {
            for (Condition condition : conditions) {
                if (!condition.matches(request)) {
                    return false;
                }
            }
            return true;
        };
    }
}
