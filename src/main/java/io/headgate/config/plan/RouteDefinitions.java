package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.source.ElementBinding;
import io.headgate.config.source.Nearest;
import io.headgate.l7.Priority;
import io.headgate.l7.gateway.FailoverGatewayFilterFactory;
import io.headgate.l7.gateway.MirrorGatewayFilterFactory;
import io.headgate.l7.gateway.admit.AdmissionGatewayFilterFactory;
import io.headgate.l7.gateway.admit.ForwardAuthGatewayFilterFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.CacheRequestBodyGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.cloud.gateway.support.RouteMetadataUtils;
import org.springframework.cloud.gateway.support.WeightConfig;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Checks the predicates and filters of the configured routes by making them, as Spring Cloud Gateway will: it
 * would stop at the first that fails, and would name neither the route nor the property.
 */
public final class RouteDefinitions {

    public static final String PREFIX = "spring.cloud.gateway.server.webflux";

    /** What Spring Cloud Gateway makes its filters of, where that is not in this application. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "TokenRelay", "spring-boot-starter-security-oauth2-client",
            "LocalResponseCache", "spring-boot-starter-cache with caffeine",
            "JsonToGrpc", "grpc-netty and protobuf-java");

    private final Map<String, RoutePredicateFactory<?>> predicates;
    private final Map<String, GatewayFilterFactory<?>> filters;
    private final ConfigurationService configurations;
    private final RateLimiters limiters;

    public RouteDefinitions(List<RoutePredicateFactory<?>> predicates, List<GatewayFilterFactory<?>> filters,
            ConfigurationService configurations, List<RateLimiter<?>> limiters) {
        this.predicates = predicates.stream().collect(
                Collectors.toMap(RoutePredicateFactory::name, factory -> factory, (first, last) -> last,
                        TreeMap::new));
        this.filters = filters.stream().collect(
                Collectors.toMap(GatewayFilterFactory::name, factory -> factory, (first, last) -> last,
                        TreeMap::new));
        this.configurations = configurations;
        this.limiters = new RateLimiters(limiters);
    }

    /**
     * Checks all.
     *
     * @return the headers with which their filters tell members who the client is
     */
    Set<String> check(ConfigurableEnvironment environment, Faults faults) {
        Set<String> identity = new LinkedHashSet<>();
        Set<String> pools = pools(environment);
        List<RouteDefinition> routes = bind(environment, Routes.ROUTES, RouteDefinition.class, faults);
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            RouteDefinition route = routes.get(i);
            String path = Routes.ROUTES + "[" + i + "]";
            Integer first = route.getId() == null ? null : ids.putIfAbsent(route.getId(), i);
            if (first != null) {
                faults.add(path + ".id", route.getId(), "an id that no other route has",
                        "Routes " + first + " and " + i + " (from 0) have the same one: rename one of them.");
            }
            timeout(path, route, RouteMetadataUtils.CONNECT_TIMEOUT_ATTR, faults);
            timeout(path, route, RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR, faults);
            priority(path, route, faults);
            if (route.getPredicates().isEmpty()) {
                faults.add(path + ".predicates", null, "at least one predicate",
                        "Say which requests the route is for: [ \"Path=/**\" ] takes all.");
            }
            for (int j = 0; j < route.getPredicates().size(); j++) {
                check(path + ".predicates[" + j + "]", route.getPredicates().get(j), environment, faults);
            }
            for (int j = 0; j < route.getFilters().size(); j++) {
                check(path + ".filters[" + j + "]", String.valueOf(route.getId()), route.getFilters().get(j),
                        pools, identity, faults);
            }
        }
        List<FilterDefinition> defaults = bind(environment, PREFIX + ".default-filters",
                FilterDefinition.class,
                faults);
        for (int i = 0; i < defaults.size(); i++) {
            check(PREFIX + ".default-filters[" + i + "]", "default", defaults.get(i), pools, identity,
                    faults);
        }
        return identity;
    }

    /** The names of the configured ones; none if they cannot be read, which others tell. */
    private static Set<String> pools(Environment environment) {
        try {
            return Binder.get(environment).bind("headgate.pools", Bindable.mapOf(String.class, Object.class))
                    .orElse(Map.of()).keySet();
        } catch (BindException | IllegalArgumentException e) {
            return Set.of();
        }
    }

    private static <T> List<T> bind(ConfigurableEnvironment environment, String property, Class<T> type,
            Faults faults) {
        try {
            return ElementBinding.bind(environment, property, type);
        } catch (BindException e) {
            faults.add(e.getName().toString(), e.getProperty() == null ? null : e.getProperty().getValue(),
                    ArgumentFaults.why(e),
                    "Write it as Spring Cloud Gateway's reference shows.");
            return List.of();
        }
    }

    private static void timeout(String path, RouteDefinition route, String name, Faults faults) {
        Object value = route.getMetadata().get(name);
        if (value != null && !value.toString().matches("-?\\d{1,9}")) {
            faults.add(path + ".metadata." + name, value, "milliseconds, or -1 for no limit",
                    "Write a whole number: " + name + ": 2000.");
        }
    }

    private static void priority(String path, RouteDefinition route, Faults faults) {
        Object value = route.getMetadata().get(Priority.METADATA);
        if (value != null && Priority.parse(value).isEmpty()) {
            faults.warn(path + ".metadata." + Priority.METADATA, value, "critical, normal or sheddable",
                    "The route's priority is normal.");
        }
    }

    private void check(String property, PredicateDefinition definition, Environment environment,
            Faults faults) {
        String name = name(property, "predicate", "Path", definition.getName(), faults);
        if (name == null) {
            return;
        }
        RoutePredicateFactory<?> factory = predicates.get(name);
        if (factory == null) {
            unknown(property, name, "predicate", predicates, faults);
        } else {
            ArgumentNames.check(property, name, factory.getConfigClass(), definition.getArgs(), Map.of(),
                    faults);
            make(property, name, definition.getArgs(), faults,
                    () -> DeadRules.check(property, apply(factory, name, definition.getArgs()),
                            environment, faults));
        }
    }

    private void check(String property, String route, FilterDefinition definition,
            Set<String> pools, Set<String> identity, Faults faults) {
        String name = name(property, "filter", "StripPrefix", definition.getName(), faults);
        if (name == null) {
            return;
        }
        GatewayFilterFactory<?> factory = filters.get(name);
        if (factory == null) {
            unknown(property, name, "filter", filters, faults);
        } else {
            ArgumentNames.check(property, name, factory.getConfigClass(),
                    limiters.without(name, definition.getArgs()), limiters.parts(name), faults);
            make(property, name, definition.getArgs(), faults,
                    () -> {
                        Object configuration = apply(factory, route, name, definition.getArgs());
                        identity.addAll(identity(factory, configuration));
                        pool(configuration, pools);
                    });
        }
    }

    private static @Nullable String name(String property, String kind, String example, @Nullable String name,
            Faults faults) {
        if (name == null || name.isBlank()) {
            faults.add(property + ".name", null, "the name of a " + kind,
                    "Write \"" + example + "=...\", or { name: " + example + ", args: { ... } }.");
            return null;
        }
        return name;
    }

    private <C> C apply(RoutePredicateFactory<C> factory, String name, Map<String, String> args) {
        C configuration = configurations.with(factory).name(name).properties(args).bind();
        if (configuration instanceof WeightConfig && args.size() < 2) {
            throw new IllegalArgumentException("a group and a weight, such as Weight=shop, 8");
        }
        factory.applyAsync(configuration);
        return configuration;
    }

    private static List<String> identity(GatewayFilterFactory<?> factory, Object configuration) {
        return factory instanceof AdmissionGatewayFilterFactory<?> admission
                ? admission.identityHeaders(configuration)
                : List.of();
    }

    /** Throws if the pool that a filter sends requests to is not there. */
    private static void pool(Object configuration, Set<String> pools) {
        String pool = switch (configuration) {
            case ForwardAuthGatewayFilterFactory.Config auth -> auth.getPool();
            case FailoverGatewayFilterFactory.Config failover -> failover.getPool();
            case MirrorGatewayFilterFactory.Config mirror -> mirror.getPool();
            default -> null;
        };
        if (pool != null && !pools.contains(pool)) {
            throw new IllegalArgumentException("pool: " + pool + " (expected: the name of a configured pool"
                    + (pools.isEmpty() ? "" : ": " + String.join(", ", pools)) + ")");
        }
    }

    private <C> C apply(GatewayFilterFactory<C> factory, String route, String name,
            Map<String, String> args) {
        C configuration = configurations.with(factory).name(name).properties(args).bind();
        if (configuration instanceof HasRouteId named) {
            named.setRouteId(route);
        }
        if (configuration instanceof CacheRequestBodyGatewayFilterFactory.Config body
                && body.getBodyClass() == null) {
            throw new IllegalArgumentException("bodyClass: the class that the body is read into");
        }
        factory.apply(configuration);
        return configuration;
    }

    private static void make(String property, String name, Map<String, String> args, Faults faults,
            Runnable making) {
        try {
            making.run();
        } catch (RuntimeException e) {
            faults.add(property, name + " " + args.values(), ArgumentFaults.why(e),
                    "Correct its arguments; in a flow list, quote what contains a comma: [ \"Name=a, b\" ].");
        }
    }

    /** Those that have a word of the name in common with it; all if there is none. */
    private static Collection<String> related(String name, Collection<String> known) {
        Set<String> words = Set.of(name.split("(?<=[a-z])(?=[A-Z])"));
        List<String> found = known.stream()
                .filter(each -> Stream.of(each.split("(?<=[a-z])(?=[A-Z])")).filter(words::contains)
                        .count() == Math.min(2, words.size()))
                .toList();
        return found.isEmpty() ? known : found;
    }

    private static void unknown(String property, String name, String kind, Map<String, ?> known,
            Faults faults) {
        String library = LIBRARIES.get(name);
        if (library != null) {
            faults.add(property, name, library + " on the class path, which the " + kind + " needs",
                    "Add the library, or remove the " + kind + ".");
            return;
        }
        if (name.equals("RequestRateLimiter")) {
            faults.add(property, name, "spring.data.redis, where its limiter counts",
                    "Say where Redis is (spring.data.redis.host), or use RateLimit, which counts in this"
                            + " process.");
            return;
        }
        if (name.equals("Hystrix")) {
            faults.add(property, name, "CircuitBreaker", "Hystrix is gone. Write { name: CircuitBreaker,"
                    + " args: { name: NAME, fallbackUri: \"forward:/PATH\" } }.");
            return;
        }
        faults.add(property, name, "a " + kind + " of Spring Cloud Gateway's or of your own",
                Nearest.to(name, known.keySet()).map(near -> "Did you mean " + near + "?")
                        .orElse("Use one of " + String.join(", ", related(name, known.keySet())) + "."));
    }
}
