package io.headgate.filter;

import java.util.Arrays;
import java.util.List;

/**
 * Makes the filters of one name for routes. Each Spring bean of this type is a name that {@code filters:} of
 * a route, and {@code default-filters:}, may have, with arguments as Spring Cloud Gateway has them:
 * {@code Tenant=acme} or {@code { name: Tenant, args: { id: acme } }}. Both lanes run its filters, and routes
 * with them stay on the fast lane.
 *
 * @param <C> the arguments: a record, bound by name; annotations of Jakarta Validation are checked at the
 *            start. {@link NoArguments} for a filter without any.
 */
public interface FilterFactory<C> {

    /** What routes call it: the class's name without the ending, so Tenant for a TenantFilterFactory. */
    default String name() {
        return getClass().getSimpleName().replaceFirst("(FilterFactory|Factory|Filter)$", "");
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
     * Makes the filter of one route. Called when the configuration is checked and when it is applied, and
     * again for each reload. What it throws refuses the configuration, with its message.
     */
    Filter create(C arguments);

    /** For a filter without arguments. */
    record NoArguments() {}
}
