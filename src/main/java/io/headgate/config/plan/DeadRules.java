package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.source.Nearest;
import io.headgate.l7.gateway.admit.ListenerRoutePredicateFactory;
import io.headgate.l7.port.Remade;
import io.headgate.net.HostNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.MethodRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.core.env.Environment;

/** Looks for predicates that no request can match: their route would never be taken, without a word. */
final class DeadRules {

    private static final String PORTS = RouteDefinitions.PREFIX + ".predicate.host.include-port";

    /** Spring Cloud Gateway puts it before patterns that do not begin with a slash. */
    private static final String BASE_PATH = "spring.webflux.base-path";

    private static final Set<String> METHODS = Stream
            .of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH,
                    HttpMethod.DELETE, HttpMethod.OPTIONS, HttpMethod.TRACE, HttpMethod.CONNECT)
            .map(HttpMethod::name).collect(Collectors.toUnmodifiableSet());

    private DeadRules() {
    }

    private static boolean isForHttp(String listener, Environment environment) {
        return listener.equals(ListenerRoutePredicateFactory.FIRST) || HttpListenerCompiler.HTTP
                .equals(environment.getProperty("headgate.listeners." + listener + ".protocol"));
    }

    /**
     * Checks a predicate.
     *
     * @param configuration that was bound for it
     */
    static void check(String property, @Nullable Object configuration, Environment environment,
            Faults faults) {
        switch (configuration) {
            case HostRoutePredicateFactory.Config hosts -> {
                boolean ports = environment.getProperty(PORTS, Boolean.class, true);
                all(hosts.getPatterns(), pattern -> isDead(pattern, ports))
                        .forEach(pattern -> host(property, pattern, faults));
            }
            case PathRoutePredicateFactory.Config paths when !environment.containsProperty(BASE_PATH) ->
                all(paths.getPatterns(), pattern -> !pattern.startsWith("/"))
                        .forEach(pattern -> faults.add(property, pattern, "a path that begins with /",
                                "No request has such a path. Write Path=/orders/**."));
            case MethodRoutePredicateFactory.Config methods -> {
                Arrays.stream(methods.getMethods()).map(org.springframework.http.HttpMethod::name)
                        .filter(name -> !METHODS.contains(name))
                        .forEach(name -> Nearest.within(1, name, METHODS)
                                .ifPresent(near -> faults.warn(property, name, near,
                                        "Did you mean " + near + "? Few clients send " + name + ".")));
                all(Arrays.stream(methods.getMethods()).map(org.springframework.http.HttpMethod::name)
                        .toList(),
                        name -> !METHODS.contains(name) && METHODS.contains(name.toUpperCase(Locale.ROOT)))
                        .forEach(name -> faults.add(property, name, name.toUpperCase(Locale.ROOT),
                                "Methods are compared letter by letter. Write them in capitals."));
            }
            case ListenerRoutePredicateFactory.Config listeners ->
                listeners.getNames().stream().filter(name -> !isForHttp(name, environment))
                        .forEach(name -> faults.add(property, name,
                                "a listener with protocol: http, or " + ListenerRoutePredicateFactory.FIRST,
                                "No request comes by another one. Correct the name."));
            case null, default -> {
                // every other one may match something
            }
        }
    }

    /** All of them if all are dead; else the predicate matches by the others. */
    private static List<String> all(List<String> patterns, Predicate<String> dead) {
        return patterns.stream().allMatch(dead) ? patterns : List.of();
    }

    private static boolean hasPort(String sample) {
        return sample.lastIndexOf(':') > sample.lastIndexOf(']');
    }

    private static boolean isDead(String pattern, boolean ports) {
        String sample = HostNames.sample(pattern);
        return !Remade.permitsHost(sample) || (hasPort(sample) && !ports);
    }

    private static void host(String property, String pattern, Faults faults) {
        if (!Remade.permitsHost(HostNames.sample(pattern))) {
            faults.add(property, pattern, "a host name, perhaps with a port or wildcards",
                    "No request has such a host. Write the name alone: shop.example.org, **.example.org or"
                            + " shop.example.org:8080; without a scheme, a path or blanks.");
        } else {
            faults.add(property, pattern, "a host name without a port, because " + PORTS + " is false",
                    "No host has a port where it is compared. Leave the port out.");
        }
    }
}
