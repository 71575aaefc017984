package io.headgate.l7;

import io.headgate.security.AddressSet;
import java.time.Duration;

/**
 * What a client of the L7 port may use. Zero switches a limit off.
 *
 * @param headerTimeout from the first byte of a request (on a new connection: from its start) to the end of
 *            its headers
 * @param bodyTimeout silence while a request's body is awaited
 * @param idleTimeout a kept-alive connection without a request
 * @param maxBodySize bytes of a request's body
 * @param maxConnections open client connections in all
 * @param maxConnectionsPerClient open connections from one address
 * @param proxies the networks whose connections begin with a PROXY protocol header, which names the client;
 *            connections from all others are refused. Empty: no connection begins with one
 * @param strictness which rules its requests are held to
 */
public record ClientLimits(Duration headerTimeout, Duration bodyTimeout, Duration idleTimeout,
        long maxBodySize,
        int maxConnections, int maxConnectionsPerClient, AddressSet proxies, Strictness strictness) {

    /** Limits without proxies in front. */
    public ClientLimits(Duration headerTimeout, Duration bodyTimeout, Duration idleTimeout, long maxBodySize,
            int maxConnections, int maxConnectionsPerClient) {
        this(headerTimeout, bodyTimeout, idleTimeout, maxBodySize, maxConnections, maxConnectionsPerClient,
                AddressSet.EMPTY, Strictness.DEFAULT);
    }
}
