package io.headgate.l7.port;

import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.channel.AbortedException;
import reactor.netty.channel.ChannelOperations;

/**
 * Ends connections as Reactor Netty's own acceptor does, for those that it has not accepted itself.
 */
final class ConnectionEnds implements ConnectionObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionEnds.class);

    private final ConnectionObserver then;

    ConnectionEnds(ConnectionObserver then) {
        this.then = then;
    }

    @Override
    public void onStateChange(Connection connection, State state) {
        if (state.equals(State.DISCONNECTING) && connection.channel().isActive()
                && !connection.isPersistent()) {
            connection.dispose();
        }
        then.onStateChange(connection, state);
    }

    @Override
    public void onUncaughtException(Connection connection, Throwable error) {
        boolean clients = error instanceof IOException || error instanceof DecoderException
                || AbortedException.isConnectionReset(error);
        if (!clients || ChannelOperations.get(connection.channel()) != null) {
            LOG.error("A connection failed", error);
        }
        connection.dispose();
    }
}
