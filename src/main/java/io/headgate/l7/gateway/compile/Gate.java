package io.headgate.l7.gateway.compile;

import io.headgate.l7.Forwarding;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.RequestView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.core.env.Environment;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.util.ClassUtils;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * Looks for beans and properties of the application that the fast path would bypass. What concerns every
 * request makes every route slow, with that as the reason; what concerns some requests, and says which, has
 * these alone sent to the slow lane.
 */
final class Gate {

    private static final String PREFIX = "spring.cloud.gateway.server.webflux.";
    private static final String OURS = "io.headgate.";
    private static final String SCG = "org.springframework.cloud.gateway.";
    private static final String UNRELATED = "headgate.fast-path.unrelated-beans";
    private static final String DECLARE = ", or name it in " + UNRELATED + " if it does nothing for routes";

    private static final List<String> FORWARDED = List.of(Forwarding.FORWARDED, Forwarding.FOR,
            Forwarding.PROTO, Forwarding.HOST, Forwarding.PORT, "X-Forwarded-Prefix", "X-Forwarded-Ssl");

    private final ListableBeanFactory beans;
    private final Environment environment;
    private final GatewaySettings settings;

    Gate(ListableBeanFactory beans, Environment environment, GatewaySettings settings) {
        this.beans = beans;
        this.environment = environment;
        this.settings = settings;
    }

    /** Why every route is slow; empty if none has to be for what stands outside the routes. */
    Optional<NotCompilable> obstacle() {
        try {
            before();
            requireKnown("WebFilter", WebFilter.class,
                    Set.of(WeightCalculatorWebFilter.class.getName(), WebFilterChainProxy.class.getName(),
                            CorsWebFilter.class.getName()),
                    false);
            requireKnown("GlobalFilter", GlobalFilter.class, Set.of(), true);
            requireKnown("HttpHeadersFilter", HttpHeadersFilter.class, Set.of(), true);
            requireKnown("TrailerHeadersFilter", TrailerHeadersFilter.class, Set.of(), true);
            requireKnown("ForwardedHeaderTransformer", ForwardedHeaderTransformer.class,
                    Set.of(ForwardedHeaderTransformer.class.getName()), false);
            requireNoTracer();
            requireProperties();
            return Optional.empty();
        } catch (NotCompilable e) {
            return Optional.of(e);
        }
    }

    /** The rules of a CorsWebFilter, by pattern and in their order. */
    Map<String, CorsConfiguration> corsFilter() throws NotCompilable {
        return CorsFilters.rules(beans);
    }

    /** Requests that are slow whatever their route: these entries come before the routes in the table. */
    List<Compiled> before() throws NotCompilable {
        List<Compiled> all = new ArrayList<>(Reserved.of(beans, settings));
        security(all);
        forwarded(all);
        String base = settings.basePath();
        if (!base.isEmpty()) {
            all.add(new Compiled.Slow("", List.of(request -> !isBelow(request, base)),
                    "outside spring.webflux.base-path " + base, ""));
        }
        return all;
    }

    private static boolean isBelow(RequestView request, String base) {
        String path = request.path();
        return path.startsWith(base)
                && (path.length() == base.length() || path.charAt(base.length()) == '/');
    }

    /** A chain is asked about every request, and says at once which it has nothing to do with. */
    private void security(List<Compiled> to) throws NotCompilable {
        if (beans.getBeansOfType(WebFilter.class).isEmpty()) {
            return;
        }
        SecurityChains chains = new SecurityChains(settings);
        for (WebFilter filter : beans.getBeansOfType(WebFilter.class).values()) {
            if (filter.getClass() != WebFilterChainProxy.class) {
                continue;
            }
            for (MayTake chain : chains.of((WebFilterChainProxy) filter)) {
                if (chain.takesAny()) {
                    throw new NotCompilable("a SecurityWebFilterChain is for every request",
                            "give it the paths that it guards: http.securityMatcher(pathMatchers(\"/mine/**\"))");
                }
                to.add(new Compiled.Slow("", chain.conditions(), "guarded by Spring Security", ""));
            }
            if (!beans.getBeansOfType(ServerWebExchangeFirewall.class).isEmpty()) {
                throw new NotCompilable("a ServerWebExchangeFirewall of your own looks at every request",
                        "remove it; headgate.client.strictness says what clients may send");
            }
            to.add(new Compiled.Slow("", SecurityChains.firewall().conditions(),
                    "may be refused by Spring Security's firewall", ""));
        }
    }

    /** Only peers that are trusted send them; those of others were dropped at the entrance. */
    private void forwarded(List<Compiled> to) {
        boolean believed = !environment.getProperty("server.forward-headers-strategy", "none")
                .equalsIgnoreCase("none")
                || !beans.getBeansOfType(ForwardedHeaderTransformer.class).isEmpty()
                || environment.getProperty(PREFIX + "httpserver.customizer-enabled", Boolean.class, false);
        if (believed) {
            to.add(new Compiled.Slow("", List.of(Gate::isForwarded),
                    "server.forward-headers-strategy believes its forwarded headers", ""));
        }
    }

    private static boolean isForwarded(RequestView request) {
        for (int i = 0; i < FORWARDED.size(); i++) {
            if (request.headers().contains(FORWARDED.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** If requests are traced, each must have its spans; the fast path makes them if it can pass them on. */
    private void requireNoTracer() throws NotCompilable {
        if (has("io.micrometer.tracing.Tracer") && !has("io.micrometer.tracing.propagation.Propagator")) {
            throw new NotCompilable("a io.micrometer.tracing.Tracer traces every request",
                    "add a bean of io.micrometer.tracing.propagation.Propagator");
        }
    }

    private boolean has(String type) {
        ClassLoader loader = beans instanceof ConfigurableBeanFactory factory
                ? factory.getBeanClassLoader()
                : Gate.class.getClassLoader();
        return ClassUtils.isPresent(type, loader)
                && beans.getBeanNamesForType(ClassUtils.resolveClassName(type, loader)).length > 0;
    }

    private void requireKnown(String kind, Class<?> type, Set<String> known, boolean scg)
            throws NotCompilable {
        for (Map.Entry<String, ?> bean : beans.getBeansOfType(type).entrySet()) {
            String name = bean.getValue().getClass().getName();
            boolean ours = name.startsWith(OURS);
            if (!known.contains(name) && !ours && !(scg && name.startsWith(SCG))
                    && !isUnrelated(bean.getKey(), name)) {
                throw new NotCompilable("the " + kind + " " + name + " intercepts every request",
                        remedy(bean.getValue()) + DECLARE);
            }
        }
    }

    private static String remedy(Object bean) {
        return switch (bean) {
            case GlobalFilter _ -> "do its work in filters of the routes that need it";
            default -> "remove it, do its work in filters of the routes that need it";
        };
    }

    /** The user says so, by the bean's name or its class. */
    private boolean isUnrelated(String bean, String type) {
        List<String> declared = Binder.get(environment).bind(UNRELATED, Bindable.listOf(String.class))
                .orElse(List.of());
        return declared.contains(bean) || declared.contains(type)
                || declared.contains(type.substring(type.lastIndexOf('.') + 1));
    }

    private void requireProperties() throws NotCompilable {
        if (!environment.getProperty("headgate.fast-path.enabled", Boolean.class, true)) {
            throw new NotCompilable("headgate.fast-path.enabled is false", "set it to true");
        }
        for (String property : List.of(PREFIX + "httpclient.compression", PREFIX + "httpclient.wiretap",
                PREFIX + "httpserver.wiretap")) {
            if (environment.getProperty(property, Boolean.class, false)) {
                throw new NotCompilable(property + " is on", "switch it off");
            }
        }
        if (!environment.getProperty(PREFIX + "httpclient.proxy.host", "").isEmpty()) {
            throw new NotCompilable(PREFIX + "httpclient.proxy.host is set", "remove it");
        }
        for (RemoveHopByHopHeadersFilter filter : beans.getBeansOfType(RemoveHopByHopHeadersFilter.class)
                .values()) {
            for (String usual : GatewaySettings.HOP_BY_HOP) {
                if (filter.getHeaders().stream().noneMatch(usual::equalsIgnoreCase)) {
                    throw new NotCompilable(
                            PREFIX + "filter.remove-hop-by-hop.headers leaves " + usual + " out",
                            "name it there too: it is about one connection");
                }
            }
        }
    }
}
