package io.headgate.config;

import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.Environment;

/** The routes of a configuration, as Spring Cloud Gateway takes them. */
record Routes(List<RouteDefinition> definitions, List<FilterDefinition> defaultFilters) {

    /** Of an environment whose plan has been compiled: faults have been looked for. */
    static Routes of(Environment environment) {
        Binder binder = Binder.get(environment);
        return new Routes(
                binder.bind(RouteDefinitions.PREFIX + ".routes", Bindable.listOf(RouteDefinition.class))
                        .orElse(List.of()),
                binder.bind(RouteDefinitions.PREFIX + ".default-filters",
                        Bindable.listOf(FilterDefinition.class)).orElse(List.of()));
    }
}
