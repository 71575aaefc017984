package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.PathCondition;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Requests that the application answers itself, by controllers, functions, handlers and endpoints on the same
 * port: Spring asks these before the routes, so they come before the routes in the table.
 */
final class Reserved {

    private static final String SPRING = "org.springframework.";
    private static final String WHY = "answered by the application";

    private final GatewaySettings settings;
    private final List<PathPattern> paths = new ArrayList<>();
    private final List<Compiled> others = new ArrayList<>();

    private Reserved(GatewaySettings settings) {
        this.settings = settings;
    }

    /** What the slow lane gets whatever the routes say. */
    static List<Compiled> of(ListableBeanFactory beans, GatewaySettings settings) throws NotCompilable {
        Reserved reserved = new Reserved(settings);
        int routes = beans.getBeansOfType(RoutePredicateHandlerMapping.class).values().stream()
                .mapToInt(RoutePredicateHandlerMapping::getOrder).min().orElse(1);
        for (HandlerMapping mapping : beans.getBeansOfType(HandlerMapping.class).values()) {
            int order = mapping instanceof Ordered ordered ? ordered.getOrder() : Ordered.LOWEST_PRECEDENCE;
            if (order <= routes && !(mapping instanceof RoutePredicateHandlerMapping)) {
                reserved.add(mapping);
            }
        }
        return reserved.all();
    }

    private List<Compiled> all() {
        List<Compiled> all = new ArrayList<>();
        if (!paths.isEmpty()) {
            all.add(slow(List.of(new PathCondition(paths.stream().distinct().toList()))));
        }
        all.addAll(others);
        return all;
    }

    private static Compiled slow(List<Condition> conditions) {
        return new Compiled.Slow("", conditions, WHY, "");
    }

    private void add(HandlerMapping mapping) throws NotCompilable {
        switch (mapping) {
            case RequestMappingInfoHandlerMapping methods ->
                methods.getHandlerMethods().keySet().stream().flatMap((RequestMappingInfo info) -> info
                        .getPatternsCondition().getPatterns().stream()).forEach(this::path);
            case RouterFunctionMapping functions -> {
                RouterFunction<?> function = functions.getRouterFunction();
                if (function != null) {
                    functional(function);
                }
            }
            case AbstractUrlHandlerMapping urls -> urls.getHandlerMap().keySet().forEach(this::path);
            default -> {
                if (!mapping.getClass().getName().startsWith(SPRING)) {
                    throw new NotCompilable("the HandlerMapping " + mapping.getClass().getName()
                            + " may take any request before the routes",
                            "give it an order above " + RoutePredicateHandlerMapping.class.getSimpleName()
                                    + "'s, 1");
                }
            }
        }
    }

    private void path(PathPattern pattern) {
        paths.add(settings.basePath().isEmpty()
                ? pattern
                : PathPatternParser.defaultInstance.parse(settings.under(pattern.getPatternString())));
    }

    private void functional(RouterFunction<?> function) throws NotCompilable {
        for (MayTake route : FunctionalRoutes.of(function, settings)) {
            if (route.takesAny()) {
                throw new NotCompilable("a RouterFunction may take any request",
                        "give each of its routes a path, such as GET(\"/mine/**\")");
            }
            others.add(slow(route.conditions()));
        }
    }
}
