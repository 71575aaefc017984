package io.headgate.observe;

import io.headgate.l4.ClosedConnection;
import io.headgate.l4.Connection;
import io.headgate.l4.ConnectionListener;
import io.headgate.pool.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Meters of layer 4 connections by listener, and of the reasons why Headgate closed them. */
public final class ConnectionMeters implements ConnectionListener {

    private final MeterRegistry registry;
    private final ReasonMeters reasons;
    private final ConnectionListener next;
    private final Map<String, Own> byListener = new ConcurrentHashMap<>();

    /**
     * Passes everything on.
     *
     * @param next is called after this
     */
    public ConnectionMeters(MeterRegistry registry, ConnectionListener next) {
        this.registry = registry;
        this.reasons = new ReasonMeters(registry, "l4");
        this.next = next;
    }

    private record Own(Timer connections, Counter in, Counter out) {

        static Own of(String listener, MeterRegistry registry) {
            return new Own(
                    Timer.builder("headgate.connections").tag("listener", listener)
                            .description("Layer 4 connections that are over, and how long they lasted")
                            .register(registry),
                    bytes(listener, "in", registry), bytes(listener, "out", registry));
        }

        private static Counter bytes(String listener, String direction, MeterRegistry registry) {
            return Counter.builder("headgate.connection.bytes").tag("listener", listener)
                    .tag("direction", direction)
                    .description(
                            "Bytes of layer 4 connections that are over: in from clients, out from members")
                    .register(registry);
        }
    }

    @Override
    public void opened(Connection connection) {
        next.opened(connection);
    }

    @Override
    public void closed(ClosedConnection connection) {
        Own own = byListener.get(connection.listener());
        if (own == null) {
            own = byListener.computeIfAbsent(connection.listener(), name -> Own.of(name, registry));
        }
        own.connections().record(connection.nanos(), TimeUnit.NANOSECONDS);
        own.in().increment((double) connection.bytesIn());
        own.out().increment((double) connection.bytesOut());
        Reason reason = connection.reason();
        if (reason != null) {
            reasons.count(reason);
        }
        next.closed(connection);
    }

    @Override
    public void refused(String listener, InetSocketAddress client, Reason reason) {
        reasons.count(reason);
        next.refused(listener, client, reason);
    }
}
