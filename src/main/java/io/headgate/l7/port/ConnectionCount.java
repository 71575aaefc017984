package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open client connections: in all and, if that is limited, by address. */
final class ConnectionCount {

    private final AtomicInteger all = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    int open() {
        return all.get();
    }

    /**
     * Counts the connection until it closes. False if that would be too many; then nothing is counted.
     */
    boolean admit(Channel channel, ClientLimits limits) {
        int open = all.incrementAndGet();
        if (limits.maxConnections() > 0 && open > limits.maxConnections()) {
            all.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(closed -> all.decrementAndGet());
        return true;
    }

    /** Counts it by its client's address, when that is known. False if that would be too many. */
    boolean identify(Channel channel, ClientLimits limits) {
        InetSocketAddress client = limits.maxConnectionsPerClient() == 0 ? null : ClientAddress.of(channel);
        InetAddress address = client == null ? null : client.getAddress();
        if (address == null) {
            return true;
        }
        if (byAddress.merge(address, 1, Integer::sum) > limits.maxConnectionsPerClient()) {
            forget(address);
            return false;
        }
        channel.closeFuture().addListener(closed -> forget(address));
        return true;
    }

    private void forget(InetAddress address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
