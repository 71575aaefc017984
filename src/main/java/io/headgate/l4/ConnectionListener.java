package io.headgate.l4;

import io.headgate.pool.Reason;
import java.net.InetSocketAddress;

/**
 * Hears of layer 4 connections. Called on event loops: it must neither block nor throw.
 */
public interface ConnectionListener {

    /** Hears nothing. */
    ConnectionListener NONE = new ConnectionListener() {
    };

    /** A client was let in; {@link #closed} will follow exactly once. */
    default void opened(Connection connection) {
    }

    /** A connection that was {@link #opened} is over. */
    default void closed(ClosedConnection connection) {
    }

    /** A client was turned away; nothing else will be said of it. */
    default void refused(String listener, InetSocketAddress client, Reason reason) {
    }
}
