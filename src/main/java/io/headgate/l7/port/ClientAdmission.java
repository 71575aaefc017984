package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect to one port: only the listed proxies, if any are listed, and no more clients than the
 * limits and the memory allow. A connection that may not is closed before its first request, with a reason.
 *
 * <p>
 * Layer 4 accepts the connections of a listener, and has asked all of this when {@link #expect} announces
 * one. Only the client that its PROXY header names is still to be checked then, by layer 4's own rules.
 */
final class ClientAdmission {

    private static final AttributeKey<HttpListeners.ClientCheck> EXPECTED = AttributeKey
            .valueOf("headgate.client");

    private final Supplier<ClientLimits> limits;
    private final PortResources resources;
    private final PortReports reports;
    private final ConnectionCount connections = new ConnectionCount();
    private volatile IntSupplier counted = connections::open;

    /** @param limits those that apply to a connection that comes now */
    ClientAdmission(Supplier<ClientLimits> limits, PortResources resources, PortReports reports) {
        this.limits = limits;
        this.resources = resources;
        this.reports = reports;
    }

    /** A connection that layer 4 has let in is to come. */
    static void expect(Channel channel, HttpListeners.ClientCheck client) {
        channel.attr(EXPECTED).set(client);
    }

    /** Whether the connection may stay; if not, it is closed. */
    boolean admits(Channel channel) {
        if (channel.hasAttr(EXPECTED)) {
            return true;
        }
        ClientLimits now = limits.get();
        boolean behindProxy = !now.proxies().isEmpty();
        if (behindProxy && !(channel.remoteAddress() instanceof InetSocketAddress peer
                && now.proxies().contains(peer.getAddress()))) {
            turnAway(channel, Reason.DENIED);
            return false;
        }
        if (resources.isHeapGone()) {
            turnAway(channel, Reason.MEMORY_SHORT);
            return false;
        }
        if (!connections.admit(channel, now) || (!behindProxy && !connections.identify(channel, now))) {
            turnAway(channel, Reason.TOO_MANY_CONNECTIONS);
            return false;
        }
        return true;
    }

    /**
     * A PROXY header named the client. Whether it may stay; if not, the connection is closed.
     *
     * @param client null if the proxy itself is the client
     */
    boolean admits(Channel channel, @Nullable InetSocketAddress client) {
        HttpListeners.ClientCheck check = channel.hasAttr(EXPECTED) ? channel.attr(EXPECTED).get() : null;
        if (check != null) {
            boolean stays = check.identified(client) == null;
            if (!stays) {
                channel.close(); // layer 4 has reported why
            }
            return stays;
        }
        boolean admitted = connections.identify(channel, limits.get());
        if (!admitted) {
            turnAway(channel, Reason.TOO_MANY_CONNECTIONS);
        }
        return admitted;
    }

    /** Closes a connection before its first request. */
    void turnAway(Channel channel, Reason reason) {
        reports.closed(channel, reason);
        channel.close();
    }

    /** Open client connections. */
    int open() {
        return counted.getAsInt();
    }

    /** Layer 4 limits the connections, and this counts them. */
    void countedBy(IntSupplier others) {
        counted = others;
    }
}
