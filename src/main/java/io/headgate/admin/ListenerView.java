package io.headgate.admin;

import io.headgate.l4.Listener;
import io.headgate.l4.Offload;
import io.headgate.l4.PortRange;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a listener.
 *
 * @param engine what carries new connections: relay or kernel
 * @param engineReason why it is not the kernel, or why the kernel's rules are not up to date; null if there
 *            is nothing to say
 * @param taken connections that the kernel has led to members, by member; they are neither in open nor in
 *            accepted
 */
record ListenerView(String name, String protocol, String bind, @Nullable String pool, boolean paused,
        int open, long accepted,
        long refused, int maxConnections, String engine, @Nullable String engineReason,
        Map<String, Long> taken) {

    static ListenerView of(Listener listener) {
        InetSocketAddress bound = listener.bound();
        Offload.State offloaded = listener.offloaded();
        return new ListenerView(listener.name(), listener.spec().protocol().code(),
                bound == null ? listener.spec().bind().toString() : where(listener.spec().bind(), bound),
                listener.spec().pool(), listener.paused(), listener.open(), listener.accepted(),
                listener.refused(), listener.spec().limits().maxConnections(),
                offloaded.active() ? "kernel" : "relay", offloaded.why(), offloaded.taken());
    }

    private static String where(PortRange ports, InetSocketAddress first) {
        return first.getAddress().getHostAddress() + ":" + first.getPort()
                + (ports.single() ? "" : "-" + ports.last());
    }
}
