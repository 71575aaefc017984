package io.headgate.filter;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes the predicates of one name for routes: which requests a route takes. Each Spring bean of this type is
 * a name that {@code predicates:} of a route may have, with arguments as {@link FilterFactory} has them. Both
 * lanes ask it, and routes with it stay on the fast lane.
 *
 * @param <C> the arguments, as those of {@link FilterFactory}
 */
public interface PredicateFactory<C> {

    /** What routes call it: the class's name without the ending, so Odd for an OddPredicateFactory. */
    default String name() {
        return getClass().getSimpleName().replaceFirst("(PredicateFactory|Factory|Predicate)$", "");
    }

    /** The class of the arguments. */
    Class<C> arguments();

    /**
     * The names of the arguments in the order of the short form, {@code Name=a, b}: as the record has them.
     */
    default List<String> shortForm() {
        return arguments().isRecord()
                ? Arrays.stream(arguments().getRecordComponents()).map(component -> component.getName())
                        .toList()
                : List.of();
    }

    /**
     * Makes the predicate of one route. What it throws refuses the configuration, with its message.
     *
     * @return is asked on the event loop, about many requests at once, and must return at once. If it throws,
     *         the route does not take the request, and the log says why
     */
    Predicate<RequestHead> create(C arguments);
}
