package io.headgate.admin;

import io.headgate.l4.Listener;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What is shown of a listener. */
record ListenerView(String name, String bind, @Nullable String pool, boolean paused, int open, long accepted,
        long refused, int maxConnections) {

    static ListenerView of(Listener listener) {
        InetSocketAddress bound = listener.bound();
        return new ListenerView(listener.name(),
                bound == null
                        ? listener.spec().bind().toString()
                        : bound.getAddress().getHostAddress() + ":" + bound.getPort(),
                listener.spec().pool(), listener.paused(), listener.open(), listener.accepted(),
                listener.refused(), listener.spec().limits().maxConnections());
    }
}
