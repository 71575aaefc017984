package io.headgate.l7.gateway.compile;

import io.headgate.l7.Forwarding;
import io.headgate.l7.gateway.ForwardedFilter;
import io.headgate.l7.gateway.spring.Surroundings;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.RequestView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.context.ApplicationContext;
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
            headFilters();
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

    /** Filters of the application's own that the fast lane runs. */
    HeadFilters headFilters() throws NotCompilable {
        Declared declared = Declared.in(environment);
        List<HeadFilters.Web> web = new ArrayList<>();
        boolean corsFirst = false;
        for (WebFilter filter : beans.getBeanProvider(WebFilter.class).orderedStream().toList()) {
            String name = filter.getClass().getName();
            if (filter instanceof WebFilterChainProxy proxy
                    && filter.getClass() == WebFilterChainProxy.class) {
                guarded(proxy).ifPresent(web::add);
            } else if (filter.getClass() == CorsWebFilter.class) {
                corsFirst |= web.isEmpty();
            } else if (declared.heads(bean(filter, WebFilter.class), name)) {
                web.add(new HeadFilters.Web(filter, request -> true));
            } else if (!name.startsWith(OURS) && filter.getClass() != WeightCalculatorWebFilter.class
                    && !declared.unrelated(bean(filter, WebFilter.class), name)) {
                throw intercepts("WebFilter", filter);
            }
        }
        return new HeadFilters(web, corsFirst, globalFilters(declared), headerFilters(declared), declared,
                Surroundings.of(beans, settings.basePath()));
    }

    private List<GlobalFilter> globalFilters(Declared declared) throws NotCompilable {
        List<GlobalFilter> own = new ArrayList<>();
        for (GlobalFilter filter : beans.getBeanProvider(GlobalFilter.class).orderedStream().toList()) {
            String name = filter.getClass().getName();
            if (declared.heads(bean(filter, GlobalFilter.class), name)) {
                own.add(filter);
            } else if (!isKnown(name) && !declared.unrelated(bean(filter, GlobalFilter.class), name)) {
                throw intercepts("GlobalFilter", filter);
            }
        }
        return own;
    }

    private List<HttpHeadersFilter> headerFilters(Declared declared) {
        return beans.getBeanProvider(HttpHeadersFilter.class).orderedStream()
                .filter(filter -> !filter.getClass().getName().startsWith(SCG)
                        && !filter.getClass().getPackageName().equals(ForwardedFilter.class.getPackageName())
                        && !declared.unrelated(bean(filter, HttpHeadersFilter.class),
                                filter.getClass().getName()))
                .toList();
    }

    private static boolean isKnown(String name) {
        return name.startsWith(OURS) || name.startsWith(SCG);
    }

    private static NotCompilable intercepts(String kind, Object filter) {
        return new NotCompilable(
                "the " + kind + " " + filter.getClass().getName() + " intercepts every request",
                "name it in " + Declared.HEADS + " if it looks at heads and changes nothing else, or in "
                        + Declared.UNRELATED + " if it does nothing for routes");
    }

    @SuppressWarnings("ReferenceEquality") // it is this very bean or not
    private String bean(Object bean, Class<?> type) {
        return beans.getBeansOfType(type).entrySet().stream().filter(entry -> entry.getValue() == bean)
                .map(Map.Entry::getKey).findFirst().orElse("");
    }

    /** Which requests Spring Security has to do with; empty if the slow lane has to ask it. */
    private Optional<HeadFilters.Web> guarded(WebFilterChainProxy proxy) {
        SecurityChains chains = new SecurityChains(settings);
        if (!looksAtHeads(chains, proxy)) {
            return Optional.empty();
        }
        MayTake any = chains.of(proxy).stream().reduce(SecurityChains.firewall(), MayTake::or);
        return Optional.of(new HeadFilters.Web(proxy, any.takesAny() ? request -> true : any.single()));
    }

    private boolean looksAtHeads(SecurityChains chains, WebFilterChainProxy proxy) {
        return beans.getBeansOfType(ServerWebExchangeFirewall.class).isEmpty()
                && chains.looksAtHeads(proxy, Declared.in(environment));
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
            WebFilterChainProxy proxy = (WebFilterChainProxy) filter;
            if (looksAtHeads(chains, proxy)) {
                for (MayTake chain : chains.of(proxy)) {
                    to.add(new Compiled.Slow("", SecurityChains.forms().and(chain).conditions(),
                            "Spring Security may read forms", ""));
                }
                continue;
            }
            for (MayTake chain : chains.of(proxy)) {
                if (chain.takesAny()) {
                    throw new NotCompilable("a SecurityWebFilterChain is for every request",
                            "give it the paths that it guards, http.securityMatcher(pathMatchers(\"/mine/**\")), or "
                                    + "name its filters of your own in " + Declared.HEADS);
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
        ClassLoader loader = switch (beans) {
            case ConfigurableBeanFactory factory -> factory.getBeanClassLoader();
            case ApplicationContext application -> application.getClassLoader();
            default -> Gate.class.getClassLoader();
        };
        return ClassUtils.isPresent(type, loader)
                && beans.getBeanNamesForType(ClassUtils.resolveClassName(type, loader)).length > 0;
    }

    private void requireKnown(String kind, Class<?> type, Set<String> known, boolean scg)
            throws NotCompilable {
        Declared declared = Declared.in(environment);
        for (Map.Entry<String, ?> bean : beans.getBeansOfType(type).entrySet()) {
            String name = bean.getValue().getClass().getName();
            if (!known.contains(name) && !name.startsWith(OURS) && !(scg && name.startsWith(SCG))
                    && !declared.unrelated(bean.getKey(), name)) {
                throw new NotCompilable("the " + kind + " " + name + " intercepts every request",
                        "remove it, do its work in filters of the routes that need it, or name it in "
                                + Declared.UNRELATED + " if it does nothing for routes");
            }
        }
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
