package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.Cors;
import io.headgate.l7.route.PathCondition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The rules of CORS as Spring Cloud Gateway gathers them: each route's metadata {@code cors} holds for the
 * first pattern of its Path predicate, whichever route takes such a request; then come the global ones.
 */
final class CorsRules {

    private static final String METADATA = "cors";
    private static final String ALL = "/**";

    private CorsRules() {
    }

    /**
     * Null where there are none.
     *
     * @param filter those of a CorsWebFilter, which is asked before all of these
     */
    static @Nullable Cors of(List<Route> routes, GatewaySettings settings,
            Map<String, CorsConfiguration> filter) throws NotCompilable {
        Map<String, CorsConfiguration> all = new LinkedHashMap<>();
        for (Route route : routes) {
            if (route.getMetadata().get(METADATA) instanceof Map<?, ?> metadata) {
                all.put(path(route), read(route.getId(), metadata));
            }
        }
        settings.cors().forEach(all::putIfAbsent);
        if (all.isEmpty()) {
            all.putAll(filter);
        } else if (!filter.isEmpty()) {
            throw new NotCompilable("a CorsWebFilter beside other rules of CORS",
                    "write all of them in spring.cloud.gateway.server.webflux.globalcors");
        }
        if (all.isEmpty()) {
            return null;
        }
        List<Cors.Rule> rules = new ArrayList<>();
        for (Map.Entry<String, CorsConfiguration> rule : all.entrySet()) {
            rules.add(rule(rule.getKey(), rule.getValue(), settings));
        }
        return new Cors(rules);
    }

    private static Cors.Rule rule(String pattern, CorsConfiguration allowed, GatewaySettings settings)
            throws NotCompilable {
        try {
            allowed.validateAllowCredentials();
            allowed.validateAllowPrivateNetwork();
            return new Cors.Rule(pattern.equals(ALL) && settings.basePath().isEmpty()
                    ? null
                    : new PathCondition(List
                            .of(PathPatternParser.defaultInstance.parse(settings.under(pattern)))),
                    allowed);
        } catch (IllegalArgumentException e) {
            throw new NotCompilable("the CORS configuration of " + pattern + " is refused: " + e.getMessage(),
                    "correct it");
        }
    }

    /** The first pattern of its first Path predicate. */
    private static String path(Route route) {
        List<String> found = new ArrayList<>();
        route.getPredicate().accept(predicate -> {
            if (predicate.getConfig() instanceof PathRoutePredicateFactory.Config path) {
                found.addAll(path.getPatterns());
            }
        });
        return found.isEmpty() ? ALL : found.getFirst();
    }

    private static CorsConfiguration read(String route, Map<?, ?> metadata) throws NotCompilable {
        CorsConfiguration cors = new CorsConfiguration();
        try {
            texts(metadata, "allowedHeaders", cors::setAllowedHeaders);
            texts(metadata, "allowedMethods", cors::setAllowedMethods);
            texts(metadata, "allowedOriginPatterns", cors::setAllowedOriginPatterns);
            texts(metadata, "allowedOrigins", cors::setAllowedOrigins);
            texts(metadata, "exposedHeaders", cors::setExposedHeaders);
            if (metadata.get("allowCredentials") instanceof Boolean allow) {
                cors.setAllowCredentials(allow);
            }
            if (metadata.get("maxAge") instanceof Number seconds) {
                cors.setMaxAge(seconds.longValue());
            }
        } catch (IllegalArgumentException e) {
            throw new NotCompilable("the CORS metadata of route " + route + " is refused: " + e.getMessage(),
                    "correct it");
        }
        return cors;
    }

    /** One text, or several: a list of YAML arrives as a map by position. */
    private static void texts(Map<?, ?> metadata, String name, Consumer<List<String>> to) {
        switch (metadata.get(name)) {
            case String text -> to.accept(List.of(text));
            case Map<?, ?> byPosition ->
                to.accept(byPosition.values().stream().map(String::valueOf).toList());
            case List<?> list -> to.accept(list.stream().map(String::valueOf).toList());
            case null, default -> {
            }
        }
    }
}
