package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.RespondGatewayFilterFactory;
import io.headgate.l7.route.Condition;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RedirectToGatewayFilterFactory;
import org.springframework.cloud.gateway.handler.AsyncPredicate;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.util.ReflectionUtils;

/** Compiles routes that are made in code, as far as it is remembered what made their parts. */
final class CodedRoutes {

    private final Remembered remembered;
    private final Predicates predicates;

    CodedRoutes(Remembered remembered, Predicates predicates) {
        this.remembered = remembered;
        this.predicates = predicates;
    }

    /**
     * What a request must be like for the route, as far as it can be compiled.
     *
     * @param obstacles gets what cannot
     */
    List<Condition> conditions(Route route, List<NotCompilable> obstacles) {
        return predicate(route.getPredicate(), obstacles).conditions();
    }

    private MayTake predicate(@Nullable Object predicate, List<NotCompilable> obstacles) {
        Remembered.Made made = predicate == null ? null : remembered.of(predicate).orElse(null);
        if (made != null && made.factory() instanceof RoutePredicateFactory<?> factory) {
            try {
                return MayTake.when(condition(factory, made.configuration()));
            } catch (NotCompilable e) {
                obstacles.add(e);
                return MayTake.ANY;
            }
        }
        return switch (predicate) {
            case AsyncPredicate.AndAsyncPredicate<?> and -> predicate(part(and, "left"), obstacles)
                    .and(predicate(part(and, "right"), obstacles));
            case AsyncPredicate.OrAsyncPredicate<?> or -> predicate(part(or, "left"), obstacles)
                    .or(predicate(part(or, "right"), obstacles));
            case AsyncPredicate.NegateAsyncPredicate<?> not ->
                predicate(part(not, "predicate"), obstacles).not();
            case null, default -> {
                obstacles.add(new NotCompilable("a predicate of the route is written in code",
                        "use one of Spring Cloud Gateway's own"));
                yield MayTake.ANY;
            }
        };
    }

    private Condition condition(RoutePredicateFactory<?> factory, Object configuration)
            throws NotCompilable {
        RouteCompiler.requireKnown(factory, factory.name());
        if (WeightGroups.isWeight(configuration)) {
            throw new NotCompilable("a weight in code", "write the routes of its group in application.yml");
        }
        return predicates.compile(factory.name(), configuration);
    }

    static @Nullable Object part(Object of, String name) {
        Field field = ReflectionUtils.findField(of.getClass(), name);
        if (field == null) {
            return null;
        }
        ReflectionUtils.makeAccessible(field);
        return ReflectionUtils.getField(field, of);
    }

    /** Whether a filter answers every request. */
    boolean redirects(Route route) {
        return route.getFilters().stream().map(CodedRoutes::own).anyMatch(filter -> remembered.of(filter)
                .filter(made -> made.factory() instanceof RedirectToGatewayFilterFactory
                        || made.factory() instanceof RespondGatewayFilterFactory)
                .isPresent());
    }

    private static GatewayFilter own(GatewayFilter filter) {
        return filter instanceof OrderedGatewayFilter ordered ? ordered.getDelegate() : filter;
    }

    /** Its filters in their order. Default filters are not among them: routes in code have none. */
    List<FilterChain.Numbered> filters(Route route, HeadFilters.Around around) throws NotCompilable {
        List<FilterChain.Numbered> filters = new ArrayList<>(around.global());
        for (GatewayFilter filter : route.getFilters()) {
            GatewayFilter own = own(filter);
            Remembered.Made made = remembered.of(own).orElse(null);
            if (made == null || !(made.factory() instanceof GatewayFilterFactory<?> factory)) {
                throw new NotCompilable("a filter of the route is written in code",
                        "make it an io.headgate.filter.FilterFactory, and write the route in application.yml");
            }
            int order = filter instanceof Ordered ordered ? ordered.getOrder() : 0;
            if (around.declares(factory, factory.name())) {
                filters.add(new FilterChain.Numbered(order, around.of(own),
                        RetryFilters.behind(factory.name()), BreakerFilters.behind(factory.name())));
                continue;
            }
            Filters.requireKnown(factory, factory.name());
            filters.add(new FilterChain.Numbered(order,
                    Filters.compile(factory, factory.name(), made.configuration(), own),
                    RetryFilters.obstacle(factory, factory.name()),
                    BreakerFilters.behind(factory, factory.name())));
        }
        return filters;
    }
}
