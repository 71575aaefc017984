package io.headgate.observe;

import io.headgate.l7.port.HttpListeners;
import io.headgate.l7.port.Port;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The connections of clients to the L7 ports, by listener. They go with their listener. */
public final class PortMeters implements HttpListeners.PortWatch {

    private final MeterRegistry registry;
    private final Map<String, List<Meter>> byListener = new ConcurrentHashMap<>();

    public PortMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void opened(String listener, Port port) {
        byListener.put(listener, List.of(
                gauge("headgate.client.connections", "Clients' connections to the L7 port", listener, port,
                        Port::open),
                gauge("headgate.http2.connections", "Clients' connections that speak HTTP/2", listener, port,
                        Port::http2Connections),
                gauge("headgate.http2.streams", "Streams that are open on them", listener, port,
                        Port::http2Streams),
                handshakes("completed", listener, port, p -> p.handshakes().completed()),
                handshakes("failed", listener, port, p -> p.handshakes().failures())));
    }

    @Override
    public void retired(String listener) {
        List<Meter> gone = byListener.remove(listener);
        if (gone != null) {
            gone.forEach(registry::remove);
        }
    }

    private Meter gauge(String name, String description, String listener, Port port,
            ToDoubleFunction<Port> value) {
        return Gauge.builder(name, port, value).tag("listener", listener).description(description)
                .register(registry);
    }

    private Meter handshakes(String result, String listener, Port port, ToDoubleFunction<Port> count) {
        return FunctionCounter.builder("headgate.tls.handshakes", port, count).tag("layer", "l7")
                .tag("listener", listener).tag("result", result)
                .description("TLS handshakes with clients").register(registry);
    }
}
