package io.headgate.config;

import io.headgate.l4.HttpLayer;
import io.headgate.l7.port.HttpListeners;
import io.headgate.pool.Reason;
import io.netty.channel.socket.SocketChannel;

/** Gives the connections of listeners for HTTP from layer 4 to layer 7, which do not know each other. */
final class Layer7OfListeners implements HttpLayer {

    private final HttpListeners listeners;

    Layer7OfListeners(HttpListeners listeners) {
        this.listeners = listeners;
    }

    @Override
    public void accepted(String listener, SocketChannel channel, Identification client) {
        listeners.accepted(listener, channel, client::identified);
    }

    @Override
    public void ends(SocketChannel channel, Reason reason) {
        HttpListeners.ends(channel, reason);
    }
}
