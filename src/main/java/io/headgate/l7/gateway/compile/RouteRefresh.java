package io.headgate.l7.gateway.compile;

import io.headgate.l7.Lane;
import io.headgate.l7.Lanes;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.Cors;
import io.headgate.l7.route.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Compiles the routes anew whenever Spring Cloud Gateway has read them. The order is that of its own routes;
 * a route without a definition, or whose definition does not fit it, is opaque.
 */
public final class RouteRefresh implements ApplicationListener<RefreshRoutesResultEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(RouteRefresh.class);

    private final RouteLocator routes;
    private final RouteDefinitionLocator definitions;
    private final RouteCompiler compiler;
    private final GatewaySettings settings;
    private final Gate gate;
    private final Consumer<RouteTable> table;
    private volatile List<Compiled> last = List.of();

    /**
     * Listens.
     *
     * @param routes SCG's cached routes, in route order
     * @param beans where to look for beans that affect every request
     * @param table takes each new table
     */
    public RouteRefresh(RouteLocator routes, RouteDefinitionLocator definitions, RouteCompiler compiler,
            ListableBeanFactory beans, Environment environment, GatewaySettings settings,
            Consumer<RouteTable> table) {
        this.routes = routes;
        this.definitions = definitions;
        this.compiler = compiler;
        this.settings = settings;
        this.gate = new Gate(beans, environment, settings);
        this.table = table;
    }

    /** The routes as they were compiled last. */
    public Lanes lanes() {
        return new Lanes(last.stream().map(RouteRefresh::entry).toList());
    }

    private static Lanes.Entry entry(Compiled route) {
        return switch (route) {
            case Compiled.Fast fast -> new Lanes.Entry(fast.id(), Lane.FAST, null, null);
            case Compiled.Slow slow -> new Lanes.Entry(slow.id(), Lane.SLOW, slow.reason(), slow.remedy());
        };
    }

    @Override
    public void onApplicationEvent(RefreshRoutesResultEvent event) {
        if (!event.isSuccess()) {
            return; // SCG keeps its routes too
        }
        definitions.getRouteDefinitions().collectList()
                .zipWith(routes.getRoutes().collectList(), this::compile)
                .subscribe(this::swap,
                        this::giveUp);
    }

    /** The last compiled routes may not be those that SCG has now. */
    private void giveUp(Throwable error) {
        LOG.error("The routes cannot be compiled: all of them are slow", error);
        NotCompilable why = new NotCompilable("the routes cannot be compiled: " + error,
                "see the log; please report it");
        last = last.stream().map(route -> slow(route, why)).toList();
        table.accept(RouteTable.EMPTY);
    }

    private List<Compiled> compile(List<RouteDefinition> defined, List<Route> ordered) {
        Map<String, RouteDefinition> byId = new HashMap<>();
        Set<String> twice = new HashSet<>();
        for (RouteDefinition definition : defined) {
            if (byId.put(String.valueOf(definition.getId()), definition) != null) {
                twice.add(String.valueOf(definition.getId()));
            }
        }
        byId.keySet().removeAll(twice);
        List<RouteDefinition> known = new ArrayList<>();
        for (Route route : ordered) {
            RouteDefinition definition = byId.get(route.getId());
            if (definition != null && fits(definition, route)) {
                known.add(definition);
            }
        }
        Map<String, Compiled> compiled = new HashMap<>();
        Optional<NotCompilable> obstacle = gate.obstacle();
        Cors cors = null;
        HeadFilters heads = HeadFilters.NONE;
        try {
            heads = gate.headFilters();
            cors = CorsRules.of(ordered, settings, gate.corsFilter());
        } catch (NotCompilable e) {
            obstacle = obstacle.or(() -> Optional.of(e));
        }
        for (Compiled route : compiler.compile(known, cors, heads)) {
            compiled.put(route.id(), route);
        }
        List<Compiled> result = new ArrayList<>();
        for (Route route : ordered) {
            Compiled found = compiled.get(route.getId());
            Compiled mine = found != null ? found : compiler.compile(route, cors, heads);
            NotCompilable why = obstacle.orElse(null);
            result.add(why == null ? mine : slow(mine, why));
        }
        return result;
    }

    private static Compiled slow(Compiled route, NotCompilable why) {
        return route instanceof Compiled.Slow
                ? route
                : new Compiled.Slow(route.id(), route.conditions(), why.reason(), why.remedy());
    }

    /** SCG adds a port to a URI without one. */
    private static boolean fits(RouteDefinition definition, Route route) {
        return definition.getOrder() == route.getOrder() && definition.getUri() != null
                && String.valueOf(definition.getUri().getHost())
                        .equals(String.valueOf(route.getUri().getHost()))
                && String.valueOf(definition.getUri().getScheme()).equals(route.getUri().getScheme());
    }

    private void swap(List<Compiled> compiled) {
        List<Compiled> before = last;
        last = List.copyOf(compiled);
        List<Compiled> all = new ArrayList<>();
        try {
            all.addAll(gate.before());
        } catch (NotCompilable e) {
            LOG.debug("All routes are slow already: {}", e.reason());
        }
        all.addAll(compiled);
        table.accept(new RouteTable(all));
        for (Compiled route : compiled) {
            if (route instanceof Compiled.Slow slow && !before.contains(route)) {
                LOG.warn("Route {} is slow: {} (to make it fast: {})", slow.id(), slow.reason(),
                        slow.remedy());
            }
        }
    }
}
