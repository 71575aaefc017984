package io.headgate.l4;

/**
 * How much clients may use of a listener. Zero switches a limit off.
 *
 * @param maxConnections open connections in all
 * @param maxConnectionsPerClient open connections from one address
 * @param ratePerClient new connections a second from one address; as many may come at once after a pause
 */
public record ListenerLimits(int maxConnections, int maxConnectionsPerClient, int ratePerClient) {

    public static final ListenerLimits NONE = new ListenerLimits(0, 0, 0);

    /** Limits without one on the rate. */
    public ListenerLimits(int maxConnections, int maxConnectionsPerClient) {
        this(maxConnections, maxConnectionsPerClient, 0);
    }
}
