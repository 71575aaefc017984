package io.headgate.l4;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What is bound for a listener. It is bound without accepting anyone, so that a change which cannot be
 * carried out whole has disturbed nobody.
 */
sealed interface Binding permits TcpBinding, UdpBinding {

    /**
     * Binds; blocks until that has succeeded or failed.
     *
     * @throws IOException when the address is taken, not ours, or unknown
     */
    static Binding open(Place place, ListenerSpec spec, Shared shared) throws IOException {
        return place.udp()
                ? UdpBinding.open(place.address(), spec.socket(), shared)
                : TcpBinding.open(place.address(), spec.socket(), shared);
    }

    InetSocketAddress address();

    /** Hands what comes from now on to this listener. */
    void serve(Listener listener);

    /** Stops or goes on taking new clients. */
    void accepting(boolean accept);

    /** Takes no new clients any more. Blocks until the address is free, unless clients still need it. */
    void close();

    /** After {@link #close}: frees the address, whoever needs it. */
    default void cut() {
    }
}
