package io.headgate.l7.gateway.compile;

import io.headgate.l7.Arrival;
import io.headgate.l7.Priority;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.gateway.GrpcRoutePredicateFactory;
import io.headgate.l7.gateway.admit.ArrivalPredicateFactory;
import io.headgate.l7.gateway.expand.SafeExpansion;
import io.headgate.l7.gateway.own.OwnPredicateFactory;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.Cors;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.GrpcWeb;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseEdit;
import io.headgate.l7.route.Target;
import io.headgate.l7.route.VariableSource;
import io.headgate.l7.route.WeightGroup;
import io.headgate.net.Overload;
import io.headgate.pool.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.cloud.gateway.support.RouteMetadataUtils;

/** Compiles route definitions: each becomes fast, or slow with the reason. */
public final class RouteCompiler {

    private final Map<String, RoutePredicateFactory<?>> predicateFactories;
    private final FilterChain filters;
    private final ConfigurationService configurations;
    private final Predicates predicates;
    private final CodedRoutes coded;
    private final GatewaySettings settings;

    /**
     * Uses the factories from which Spring Cloud Gateway itself makes its routes.
     *
     * @param settings of its own and Spring's that concern every route
     * @param remembered what made the parts of routes in code
     */
    public RouteCompiler(List<RoutePredicateFactory<?>> predicates, List<GatewayFilterFactory<?>> filters,
            Supplier<List<FilterDefinition>> defaultFilters, ConfigurationService configurations,
            InstantSource wall, GatewaySettings settings, Remembered remembered) {
        this.predicateFactories = ByName.of(predicates, RoutePredicateFactory::name);
        this.filters = new FilterChain(ByName.of(filters, GatewayFilterFactory::name), defaultFilters,
                configurations);
        this.configurations = configurations;
        this.predicates = new Predicates(wall, settings);
        this.coded = new CodedRoutes(remembered, this.predicates);
        this.settings = settings;
    }

    /**
     * Compiles all routes of one refresh.
     *
     * @param definitions in route order
     * @param cors which pages of other origins may use them; null where nothing is said of that
     * @param heads filters of the application's own
     */
    List<Compiled> compile(List<RouteDefinition> definitions, @Nullable Cors cors, HeadFilters heads) {
        WeightGroups groups = new WeightGroups();
        List<Draft> drafts = definitions.stream().map(definition -> draft(definition, groups, cors, heads))
                .toList();
        drafts.forEach(draft -> {
            if (draft.obstacle != null) {
                groups.slow(draft.weights);
            }
        });
        return drafts.stream().map(draft -> finish(draft, groups)).toList();
    }

    private static final class Draft {

        private final RouteDefinition definition;
        private final List<Condition> conditions = new ArrayList<>();
        private final List<String> weights = new ArrayList<>();
        private @Nullable FastRoute route;
        private @Nullable NotCompilable obstacle;

        Draft(RouteDefinition definition) {
            this.definition = definition;
        }

        String id() {
            return String.valueOf(definition.getId());
        }
    }

    private Draft draft(RouteDefinition definition, WeightGroups groups, @Nullable Cors cors,
            HeadFilters heads) {
        Draft draft = new Draft(definition);
        for (PredicateDefinition predicate : definition.getPredicates()) {
            try {
                add(draft, predicate, groups);
            } catch (NotCompilable e) {
                draft.obstacle = e;
            } catch (RuntimeException e) {
                draft.obstacle = unreadable("predicate " + predicate.getName(), e);
            }
        }
        if (draft.obstacle == null) {
            try {
                draft.route = route(draft, cors, heads);
            } catch (NotCompilable e) {
                draft.obstacle = e;
            } catch (RuntimeException e) {
                draft.obstacle = unreadable("the route", e);
            }
        }
        return draft;
    }

    static NotCompilable unreadable(String what, RuntimeException e) {
        return new NotCompilable(
                what + " cannot be read: "
                        + (e.getMessage() == null ? "an argument is missing" : e.getMessage()),
                "correct it");
    }

    private void add(Draft draft, PredicateDefinition predicate, WeightGroups groups) throws NotCompilable {
        String name = String.valueOf(predicate.getName());
        if (predicateFactories.get(name) instanceof ArrivalPredicateFactory<?> ours) {
            draft.conditions.add(arrival(ours, name, predicate.getArgs()));
            return;
        }
        if (predicateFactories.get(name) instanceof OwnPredicateFactory<?> own) {
            draft.conditions.add(own(own, name, predicate.getArgs()));
            return;
        }
        RoutePredicateFactory<?> factory = requireKnown(predicateFactories.get(name), name);
        Object config = bind(factory, name, predicate.getArgs());
        if (WeightGroups.isWeight(config)) {
            draft.weights.add(groups.add(draft.id(), config));
        } else {
            draft.conditions.add(predicates.compile(name, config));
        }
    }

    private <C> Condition arrival(ArrivalPredicateFactory<C> factory, String name, Map<String, String> args) {
        Predicate<Arrival> test = factory
                .test(configurations.with(factory).name(name).properties(args).bind());
        return request -> test.test(request.arrival());
    }

    private <C> Condition own(OwnPredicateFactory<C> factory, String name, Map<String, String> args) {
        return factory.condition(configurations.with(factory).name(name).properties(args).bind());
    }

    static RoutePredicateFactory<?> requireKnown(@Nullable RoutePredicateFactory<?> factory, String name)
            throws NotCompilable {
        if (factory == null || (!factory.getClass().getPackageName()
                .equals(RoutePredicateFactory.class.getPackageName()) && !SafeExpansion.isOurs(factory)
                && !(factory instanceof GrpcRoutePredicateFactory))) {
            throw new NotCompilable("predicate " + name + " of your own",
                    "make it an io.headgate.filter.PredicateFactory, or accept the slow lane");
        }
        return factory;
    }

    private <C> Object bind(RoutePredicateFactory<C> factory, String name, Map<String, String> args) {
        return configurations.with(factory).name(name).properties(args).bind();
    }

    private FastRoute route(Draft draft, @Nullable Cors cors, HeadFilters heads) throws NotCompilable {
        RouteDefinition definition = draft.definition;
        Target target = RouteTargets.of(definition.getUri(), filters.redirects(definition.getFilters()),
                settings.ownTls());
        HeadFilters.Around around = heads.around(Route.async(definition).predicate(any -> true).build());
        return route(draft.id(), draft.conditions,
                filters.compile(draft.id(), definition.getFilters(), around), target,
                definition.getMetadata(), cors, around);
    }

    private FastRoute route(String id, List<Condition> conditions, FilterChain.Edited filters, Target target,
            Map<String, Object> metadata, @Nullable Cors cors, HeadFilters.Around around)
            throws NotCompilable {
        List<VariableSource> variables = conditions.stream().filter(VariableSource.class::isInstance)
                .map(VariableSource.class::cast).toList();
        Duration connect = timeout(metadata.get(RouteMetadataUtils.CONNECT_TIMEOUT_ATTR));
        Duration response = timeout(metadata.get(RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR));
        if (filters.hedging() != null && !(target instanceof Target.OfPool)) {
            throw new NotCompilable("filter Hedge without a pool, whose other members it would ask",
                    "name a pool: lb://POOL");
        }
        boolean fixed = target instanceof Target.Fixed; // pools have these as defaults of their own
        FilterChain.Edited edits = filters.behind(around.inside() + (settings.hopByHop().isEmpty() ? 0 : 1));
        List<RequestEdit> before = before(around.before(edits.request(), cors), Priority.of(metadata));
        return new FastRoute(id, before, around.after(after(edits.response())), variables, target,
                connect == null && fixed ? settings.connectTimeout() : connect,
                response == null && fixed ? settings.responseTimeout() : response, edits.repeating(),
                around.leavesCors() ? cors : null, caching(edits), edits.breaking(), edits.mirroring(),
                edits.compression() == null ? settings.compression() : edits.compression(),
                edits.hedging(), edits.failover(), edits.pages());
    }

    /** The route's own, or that of all routes. */
    private @Nullable Caching caching(FilterChain.Edited edits) throws NotCompilable {
        Caching all = settings.caching();
        if (edits.caching() != null || all == null) {
            return edits.caching();
        }
        if (edits.breaking() != null) {
            throw BreakerFilters.behindCache();
        }
        return all;
    }

    /** A route that is made in code: it keeps its place in the order, whatever becomes of it. */
    Compiled compile(Route route, @Nullable Cors cors, HeadFilters heads) {
        List<Condition> conditions = List.of();
        try {
            List<NotCompilable> obstacles = new ArrayList<>();
            conditions = coded.conditions(route, obstacles);
            if (!obstacles.isEmpty()) {
                throw obstacles.getFirst();
            }
            HeadFilters.Around around = heads.around(route);
            return new Compiled.Fast(route(route.getId(), conditions,
                    FilterChain.inOrder(coded.filters(route, around)),
                    RouteTargets.of(route.getUri(), coded.redirects(route), settings.ownTls()),
                    route.getMetadata(), cors, around),
                    conditions);
        } catch (NotCompilable e) {
            return new Compiled.Slow(route.getId(), conditions, e.reason(), e.remedy());
        } catch (RuntimeException e) {
            NotCompilable why = unreadable("the route", e);
            return new Compiled.Slow(route.getId(), conditions, why.reason(), why.remedy());
        }
    }

    /**
     * What may be refused for its priority is refused first. Headers that stay on the client's connection are
     * removed when all filters have seen them.
     */
    private List<RequestEdit> before(List<RequestEdit> edits, Priority priority) {
        List<RequestEdit> all = new ArrayList<>(edits);
        Overload overload = settings.overload();
        if (overload != null && priority.mayBeShed(overload)) {
            all.addFirst(draft -> {
                if (priority.isShed(overload)) {
                    draft.refuse(Reason.OVERLOADED);
                }
            });
        }
        if (all.removeIf(GrpcWeb.Edit.class::isInstance)) {
            all.addFirst(new GrpcWeb.Edit()); // before the body comes, and before anybody refuses
        }
        if (!settings.hopByHop().isEmpty()) {
            all.add(draft -> settings.hopByHop().forEach(draft.headers()::remove));
        }
        return all;
    }

    /** Those of the member's connection before any filter sees them. */
    private List<ResponseEdit> after(List<ResponseEdit> edits) {
        if (settings.hopByHop().isEmpty()) {
            return edits;
        }
        List<ResponseEdit> all = new ArrayList<>(edits);
        all.addFirst(draft -> settings.hopByHop().forEach(draft.headers()::remove));
        return all;
    }

    /** Below zero, it is off, as in Spring Cloud Gateway. */
    private static @Nullable Duration timeout(@Nullable Object millis) throws NotCompilable {
        if (millis == null) {
            return null;
        }
        try {
            long value = Long.parseLong(millis.toString());
            if (value != 0) {
                return value < 0 ? Duration.ZERO : Duration.ofMillis(value);
            }
        } catch (NumberFormatException e) {
            // falls through
        }
        throw new NotCompilable("the timeout " + millis, "write milliseconds above zero, or -1 for none");
    }

    private static Compiled finish(Draft draft, WeightGroups groups) {
        NotCompilable obstacle = draft.obstacle != null ? draft.obstacle : groups.obstacle(draft.weights);
        FastRoute route = draft.route;
        if (obstacle != null || route == null) {
            return new Compiled.Slow(draft.id(), draft.conditions,
                    obstacle == null ? "unknown" : obstacle.reason(),
                    obstacle == null ? "" : obstacle.remedy());
        }
        List<Condition> conditions = new ArrayList<>(draft.conditions);
        for (String group : draft.weights) {
            conditions.add(new WeightGroup.Drawn(groups.group(group), draft.id()));
        }
        return new Compiled.Fast(route, conditions);
    }
}
