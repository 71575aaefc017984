package io.headgate.l4;

import io.headgate.pool.Reason;
import java.net.InetSocketAddress;

/**
 * Is notified of layer 4 connections. Called on event loops: it must neither block nor throw.
 */
public interface ConnectionListener {

    /** Ignores everything. */
    ConnectionListener NONE = new ConnectionListener() {
    };

    /** A client was let in; {@link #closed} will follow exactly once. */
    default void opened(Connection connection) {
    }

    /** A connection that was {@link #opened} is over. */
    default void closed(ClosedConnection connection) {
    }

    /** A client was refused; no other call will follow for it. */
    default void refused(String listener, InetSocketAddress client, Reason reason) {
    }
}
