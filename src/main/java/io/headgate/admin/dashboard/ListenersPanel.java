package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.l4.Listener;
import io.headgate.l4.ListenerProtocol;
import io.headgate.l4.Listeners;
import io.headgate.l7.port.Port;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** The L7 port and the listeners of layer 4. */
final class ListenersPanel implements Panel {

    private static final Shape SHAPE = new Shape(
            List.of("name", "layer", "bind", "pool", "state", "open", "limit", "rate", "refused"),
            List.of("rate"), 120);
    /** No listener can have this name. */
    private static final String PORT = "server.port";

    private final Listeners listeners;
    private final Port port;
    private final String portBind;
    private final IntSupplier portLimit;
    private final RequestRates requests;
    private final Table table = new Table(SHAPE);
    private final Map<String, Rates> rates = new HashMap<>();

    /**
     * Shows them.
     *
     * @param portBind where the L7 port listens
     * @param portLimit how many connections it takes, zero for any number
     */
    ListenersPanel(Listeners listeners, Port port, String portBind, IntSupplier portLimit,
            RequestRates requests) {
        this.listeners = listeners;
        this.port = port;
        this.portBind = portBind;
        this.portLimit = portLimit;
        this.requests = requests;
    }

    private static final class Rates {

        private final Increase accepted = new Increase();
        private double rate;
    }

    Table table() {
        return table;
    }

    /** Open connections of clients. */
    int open() {
        return port.open() + listeners.all().stream().mapToInt(Listener::open).sum();
    }

    @Override
    public void count(double seconds) {
        table.row(PORT).add(requests.rate());
        for (Listener listener : listeners.all()) {
            Rates of = rates.computeIfAbsent(listener.name(), name -> new Rates());
            of.rate = of.accepted.perSecond(listener.accepted(), seconds);
            table.row(listener.name()).add(of.rate);
        }
        rates.keySet().retainAll(listeners.all().stream().map(Listener::name).toList());
    }

    @Override
    public void show(long version) {
        List<String> order = new ArrayList<>(List.of(PORT));
        listeners.all().forEach(listener -> order.add(listener.name()));
        table.order(order, version);
        table.row(PORT).show(version, "L7 port", "HTTP", portBind, "by route", "RUNNING",
                Integer.toString(port.open()), limit(portLimit.getAsInt()),
                Amounts.of(requests.rate()) + " req/s", "");
        for (Listener listener : listeners.all()) {
            Rates of = rates.getOrDefault(listener.name(), new Rates());
            InetSocketAddress bound = listener.bound();
            table.row(listener.name()).show(version, listener.name(),
                    listener.spec().protocol() instanceof ListenerProtocol.Udp ? "UDP" : "TCP",
                    bound == null
                            ? listener.spec().bind().toString()
                            : bound.getAddress().getHostAddress() + ":" + bound.getPort(),
                    String.join(", ", listener.spec().pools().toList()),
                    bound == null ? "CLOSED" : listener.paused() ? "PAUSED" : "RUNNING",
                    Integer.toString(listener.open()), limit(listener.spec().limits().maxConnections()),
                    Amounts.of(of.rate) + " conn/s", listener.refused() == 0
                            ? ""
                            : listener.refused() + " refused");
        }
    }

    private static String limit(int limit) {
        return limit == 0 ? "" : Integer.toString(limit);
    }
}
