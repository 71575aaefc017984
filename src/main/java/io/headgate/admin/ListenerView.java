package io.headgate.admin;

import io.headgate.l4.Listener;
import io.headgate.l4.PortRange;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What is shown of a listener. */
record ListenerView(String name, String protocol, String bind, @Nullable String pool, boolean paused,
        int open, long accepted,
        long refused, int maxConnections) {

    static ListenerView of(Listener listener) {
        InetSocketAddress bound = listener.bound();
        return new ListenerView(listener.name(), listener.spec().protocol().code(),
                bound == null ? listener.spec().bind().toString() : where(listener.spec().bind(), bound),
                listener.spec().pool(), listener.paused(), listener.open(), listener.accepted(),
                listener.refused(), listener.spec().limits().maxConnections());
    }

    private static String where(PortRange ports, InetSocketAddress first) {
        return first.getAddress().getHostAddress() + ":" + first.getPort()
                + (ports.single() ? "" : "-" + ports.last());
    }
}
