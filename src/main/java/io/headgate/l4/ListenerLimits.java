package io.headgate.l4;

/**
 * How much clients may use of a listener. Zero switches a limit off.
 *
 * @param maxConnections open connections in all
 * @param maxConnectionsPerClient open connections from one address
 */
public record ListenerLimits(int maxConnections, int maxConnectionsPerClient) {

    public static final ListenerLimits NONE = new ListenerLimits(0, 0);
}
