package io.headgate.config.plan;

import io.headgate.config.source.ElementBinding;
import java.util.List;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.Environment;

/** The routes of a configuration, as Spring Cloud Gateway takes them. */
public record Routes(List<RouteDefinition> definitions, List<FilterDefinition> defaultFilters) {

    public static final String ROUTES = RouteDefinitions.PREFIX + ".routes";

    /** Of an environment whose plan has been compiled: faults have been looked for. */
    public static Routes of(Environment environment) {
        return new Routes(ElementBinding.bind(environment, ROUTES, RouteDefinition.class),
                ElementBinding.bind(environment, RouteDefinitions.PREFIX + ".default-filters",
                        FilterDefinition.class));
    }
}
