package io.headgate.l7.gateway.compile;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * Looks for beans and properties of the application that affect every request, and that the fast path would
 * bypass. If there is one, every route is slow, with that as the reason.
 */
final class Gate {

    private static final String PREFIX = "spring.cloud.gateway.server.webflux.";
    private static final String OURS = "io.headgate.";
    private static final String SCG = "org.springframework.cloud.gateway.";

    private final ListableBeanFactory beans;
    private final Environment environment;

    Gate(ListableBeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    Optional<NotCompilable> obstacle() {
        try {
            requireKnown("WebFilter", beans.getBeansOfType(WebFilter.class).values(),
                    Set.of(WeightCalculatorWebFilter.class.getName()), false);
            requireKnown("GlobalFilter", beans.getBeansOfType(GlobalFilter.class).values(), Set.of(), true);
            requireKnown("HttpHeadersFilter", beans.getBeansOfType(HttpHeadersFilter.class).values(),
                    Set.of(), true);
            requireKnown("TrailerHeadersFilter", beans.getBeansOfType(TrailerHeadersFilter.class).values(),
                    Set.of(),
                    true);
            requireKnown("ForwardedHeaderTransformer",
                    beans.getBeansOfType(ForwardedHeaderTransformer.class).values(),
                    Set.of(), false);
            requireKnown("RouterFunction", beans.getBeansOfType(RouterFunction.class).values(), Set.of(),
                    false);
            requireNoTracer();
            requireProperties();
            return Optional.empty();
        } catch (NotCompilable e) {
            return Optional.of(e);
        }
    }

    /** If requests are traced, each must have its span; the fast path makes none. */
    private void requireNoTracer() throws NotCompilable {
        String tracer = "io.micrometer.tracing.Tracer";
        ClassLoader loader = beans instanceof ConfigurableBeanFactory factory
                ? factory.getBeanClassLoader()
                : Gate.class.getClassLoader();
        if (ClassUtils.isPresent(tracer, loader)
                && beans.getBeanNamesForType(ClassUtils.resolveClassName(tracer, loader)).length > 0) {
            throw new NotCompilable("a " + tracer + " traces every request",
                    "trace in the members: the fast path passes tracing headers on unchanged");
        }
    }

    private static void requireKnown(String kind, Collection<?> found, Set<String> known, boolean scg)
            throws NotCompilable {
        for (Object bean : found) {
            String type = bean.getClass().getName();
            if (!known.contains(type) && !type.startsWith(OURS) && !(scg && type.startsWith(SCG))) {
                throw new NotCompilable("the " + kind + " " + type + " intercepts every request",
                        "remove it, or do its work in filters of the routes that need it");
            }
        }
    }

    /**
     * Reactor Netty enforces these and does not see the fast path's work: it would close a connection during
     * a request.
     */
    private void requireConnectionsOfOurOwn() throws NotCompilable {
        if (!environment.getProperty("server.netty.idle-timeout", "").isEmpty()) {
            throw new NotCompilable("server.netty.idle-timeout is set",
                    "set headgate.client.idle-timeout instead");
        }
        if (!environment.getProperty("server.netty.max-keep-alive-requests", "").isEmpty()) {
            throw new NotCompilable("server.netty.max-keep-alive-requests is set", "remove it");
        }
        if (beans.getBeansOfType(RemoveHopByHopHeadersFilter.class).values().stream()
                .anyMatch(filter -> !filter.getHeaders()
                        .equals(RemoveHopByHopHeadersFilter.HEADERS_REMOVED_ON_REQUEST))) {
            throw new NotCompilable(PREFIX + "filter.remove-hop-by-hop.headers is set",
                    "remove it; to remove more headers, use RemoveRequestHeader as a default filter");
        }
    }

    private void requireProperties() throws NotCompilable {
        if (!environment.getProperty("headgate.fast-path.enabled", Boolean.class, true)) {
            throw new NotCompilable("headgate.fast-path.enabled is false", "set it to true");
        }
        if (beans.getBeansOfType(GlobalCorsProperties.class).values().stream()
                .anyMatch(cors -> !cors.getCorsConfigurations().isEmpty())) {
            throw new NotCompilable("CORS for all routes", "answer CORS in the members");
        }
        for (String property : List.of("server.compression.enabled", PREFIX + "httpclient.compression",
                PREFIX + "httpclient.wiretap", PREFIX + "httpserver.wiretap")) {
            if (environment.getProperty(property, Boolean.class, false)) {
                throw new NotCompilable(property + " is on", "switch it off");
            }
        }
        for (String property : List.of("spring.webflux.base-path", PREFIX + "trusted-proxies",
                PREFIX + "httpclient.proxy.host")) {
            if (!environment.getProperty(property, "").isEmpty()) {
                throw new NotCompilable(property + " is set", "remove it");
            }
        }
        requireConnectionsOfOurOwn();
        if (!environment.getProperty(PREFIX + "predicate.host.include-port", Boolean.class, true)) {
            throw new NotCompilable(PREFIX + "predicate.host.include-port is off", "switch it on");
        }
        String forwarded = environment.getProperty("server.forward-headers-strategy", "none");
        if (!forwarded.equalsIgnoreCase("none")) {
            throw new NotCompilable("server.forward-headers-strategy is " + forwarded,
                    "set it to none; headgate.forwarded says which peers are trusted");
        }
        if (beans.getBeansOfType(HttpClientProperties.class).values().stream()
                .anyMatch(client -> client.getResponseTimeout() != null
                        || client.getConnectTimeout() != null)) {
            throw new NotCompilable("a timeout of spring.cloud.gateway's own HTTP client",
                    "set the timeouts of the pools");
        }
    }
}
