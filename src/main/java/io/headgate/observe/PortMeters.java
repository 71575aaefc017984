package io.headgate.observe;

import io.headgate.l7.port.Port;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** The connections of the L7 port's clients. */
public final class PortMeters implements MeterBinder {

    private final Port port;

    public PortMeters(Port port) {
        this.port = port;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "headgate.client.connections", "Clients' connections to the L7 port", Port::open);
        gauge(registry, "headgate.http2.connections", "Clients' connections that speak HTTP/2",
                Port::http2Connections);
        gauge(registry, "headgate.http2.streams", "Streams that are open on them", Port::http2Streams);
        handshakes(registry, "completed", p -> p.handshakes().completed());
        handshakes(registry, "failed", p -> p.handshakes().failures());
    }

    private void gauge(MeterRegistry registry, String name, String description,
            ToDoubleFunction<Port> value) {
        Gauge.builder(name, port, value).description(description).register(registry);
    }

    private void handshakes(MeterRegistry registry, String result, ToDoubleFunction<Port> count) {
        FunctionCounter.builder("headgate.tls.handshakes", port, count).tag("layer", "l7")
                .tag("result", result)
                .description("TLS handshakes with clients").register(registry);
    }
}
