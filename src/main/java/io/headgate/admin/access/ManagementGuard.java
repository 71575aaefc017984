package io.headgate.admin.access;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.port.Port;
import io.headgate.l7.port.PortExtension;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;

/**
 * Holds the connections of the management port to limits, as those of the L7 port are held to
 * {@code headgate.client}. File descriptors belong to the whole process: a client of this port must not be
 * able to take them from the traffic.
 */
final class ManagementGuard {

    /**
     * Longer than a scrape's interval usually is, so that a scraper keeps its connection. One address gets a
     * part of all connections, so that it cannot keep the probes out.
     */
    static final ClientLimits LIMITS = new ClientLimits(Duration.ofSeconds(10), Duration.ofSeconds(10),
            Duration.ofSeconds(120), 1 << 20, 512, 64);

    private ManagementGuard() {
    }

    /** The management port: all its requests go to Spring, and what it refuses is no traffic to report. */
    static Port port(ClientLimits limits, Forwarding forwarding, Ticker ticker) {
        return new Port(limits, () -> forwarding, PortExtension.NONE, request -> {
        }, (rule, from, detail) -> {
        }, ticker);
    }
}
