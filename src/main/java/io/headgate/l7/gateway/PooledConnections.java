package io.headgate.l7.gateway;

import io.headgate.pool.Address;
import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import java.net.InetSocketAddress;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Closes the slow lane's connections to a member that gets no work: idle ones at once, those with a request
 * when it is over.
 */
public final class PooledConnections implements PoolListener {

    private final ConnectionProvider connections;

    public PooledConnections(HttpClient client) {
        this.connections = client.configuration().connectionProvider();
    }

    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        if (to != Availability.UP) {
            Address address = member.address();
            connections.disposeWhen(InetSocketAddress.createUnresolved(address.host(), address.port()));
        }
    }
}
