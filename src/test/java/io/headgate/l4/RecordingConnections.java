package io.headgate.l4;

import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what became of connections. */
final class RecordingConnections implements ConnectionListener {

    final List<Connection> opened = new CopyOnWriteArrayList<>();
    final List<ClosedConnection> closed = new CopyOnWriteArrayList<>();
    final List<Reason> refused = new CopyOnWriteArrayList<>();

    @Override
    public void opened(Connection connection) {
        opened.add(connection);
    }

    @Override
    public void closed(ClosedConnection connection) {
        closed.add(connection);
    }

    @Override
    public void refused(String listener, InetSocketAddress client, Reason reason) {
        refused.add(reason);
    }
}
