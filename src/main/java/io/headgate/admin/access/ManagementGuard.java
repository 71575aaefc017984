package io.headgate.admin.access;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.port.Guarding;
import io.headgate.l7.port.OnceHttp1;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.server.HttpServer;

/**
 * Holds the connections of the management port to limits, as those of the L7 port are held to
 * {@code headgate.client}. File descriptors belong to the whole process: whoever reaches this port must not
 * be able to take them from the traffic.
 */
final class ManagementGuard {

    /**
     * Longer than a scrape's interval usually is, so that a scraper keeps its connection. One address gets a
     * part of all connections, so that it cannot keep the probes out.
     */
    static final ClientLimits LIMITS = new ClientLimits(Duration.ofSeconds(10), Duration.ofSeconds(10),
            Duration.ofSeconds(120), 1 << 20, 512, 64);

    private final Guarding guarding;

    ManagementGuard(ClientLimits limits, Forwarding forwarding, Ticker ticker) {
        guarding = new Guarding(limits, () -> forwarding, request -> {
            // what is refused here is no traffic
        }, (rule, from, detail) -> {
            // nor is what is served all the same
        }, ticker);
    }

    HttpServer guard(HttpServer server) {
        return guarding.http2Settings(server).doOnChannelInit((observer, channel, remote) -> {
            if (guarding.admit(channel)) {
                OnceHttp1.then(channel, guarding::install, guarding::http2);
            }
        }).childObserve((connection, state) -> {
            if (state.equals(ConnectionObserver.State.CONNECTED)
                    && connection.channel() instanceof Http2StreamChannel stream) {
                guarding.stream(stream);
            }
        });
    }
}
