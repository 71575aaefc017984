package io.headgate.l4;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The bound sockets of a listener. They are bound without accepting, so that a change that cannot be made as
 * a whole disturbs no client.
 */
sealed interface Binding permits TcpBinding, UdpBinding {

    /**
     * Binds, and blocks until that has succeeded or failed.
     *
     * @throws IOException if the address is in use, not this machine's, or unknown
     */
    static Binding open(SocketPlace place, ListenerSpec spec, Shared shared) throws IOException {
        return place.udp()
                ? UdpBinding.open(place.address(), spec.socket(), shared)
                : TcpBinding.open(place.address(), spec.socket(), shared);
    }

    InetSocketAddress address();

    /** Gives new clients to this listener from now on. */
    void serve(Listener listener);

    /** Stops or resumes accepting clients. */
    void accepting(boolean accept);

    /** Accepts no more clients. Blocks until the address is free, unless clients still need it. */
    void close();

    /** After {@link #close}: frees the address, even if clients still need it. */
    default void cut() {
    }
}
