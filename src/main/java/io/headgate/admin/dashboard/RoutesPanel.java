package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.l7.Lane;
import io.headgate.l7.Lanes;
import io.headgate.observe.RequestMeters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The routes, their lanes and their traffic. */
final class RoutesPanel implements Panel {

    private static final Shape SHAPE = new Shape(
            List.of("route", "lane", "why", "rate", "errors", "half", "most"), List.of("rate"), 60);

    private final Supplier<Lanes> lanes;
    private final RequestMeters requests;
    private final Table table = new Table(SHAPE);
    private final Map<String, RequestRates> rates = new HashMap<>();
    private Lanes last = new Lanes(List.of());
    /** By the ids of the rows: two routes may have the same id. */
    private Map<String, Lanes.Entry> routes = Map.of();

    RoutesPanel(Supplier<Lanes> lanes, RequestMeters requests) {
        this.lanes = lanes;
        this.requests = requests;
    }

    Table table() {
        return table;
    }

    @Override
    public void count(double seconds) {
        follow();
        routes.forEach((id, route) -> {
            RequestRates of = rates.computeIfAbsent(id,
                    key -> new RequestRates(() -> requests.ofRoute(route.route())));
            of.count(seconds);
            table.row(id).add(of.rate());
        });
        rates.keySet().retainAll(routes.keySet());
    }

    private void follow() {
        Lanes now = lanes.get();
        if (!now.equals(last)) {
            last = now;
            Map<String, Lanes.Entry> next = new LinkedHashMap<>();
            for (Lanes.Entry route : now.routes()) {
                String id = route.route();
                while (next.containsKey(id)) {
                    id += "'";
                }
                next.put(id, route);
            }
            routes = next;
        }
    }

    @Override
    public void show(long version) {
        follow();
        table.order(List.copyOf(routes.keySet()), version);
        routes.forEach((id, route) -> {
            RequestRates of = rates.get(id);
            boolean fast = route.lane() == Lane.FAST;
            table.row(id).show(version, route.route(), route.lane().name(),
                    fast ? "" : route.reason() + ". To make it fast: " + route.remedy(),
                    Amounts.of(of == null ? 0 : of.rate()), Amounts.of(of == null ? 0 : of.errors()),
                    Amounts.time(of == null ? 0 : of.half()), Amounts.time(of == null ? 0 : of.most()));
        });
    }
}
