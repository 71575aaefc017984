package io.headgate.l7.client;

import io.headgate.l7.ClientLimits;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts open client connections, in all and, where that is limited, by address. */
final class ConnectionCount {

    private final AtomicInteger all = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    int open() {
        return all.get();
    }

    /**
     * Counts the connection until it closes; false, and nothing is counted, when that would be more than the
     * limits allow.
     */
    boolean admit(Channel channel, ClientLimits limits) {
        int open = all.incrementAndGet();
        InetAddress address = limits.maxConnectionsPerClient() == 0 ? null : address(channel);
        boolean admitted = limits.maxConnections() == 0 || open <= limits.maxConnections();
        if (admitted && address != null
                && byAddress.merge(address, 1, Integer::sum) > limits.maxConnectionsPerClient()) {
            forget(address);
            admitted = false;
        }
        if (!admitted) {
            all.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(closed -> {
            all.decrementAndGet();
            if (address != null) {
                forget(address);
            }
        });
        return true;
    }

    private void forget(InetAddress address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    private static @Nullable InetAddress address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : null;
    }
}
