package io.headgate.l4;

/**
 * Options of a listener's sockets and of the connections that it leads to.
 *
 * @param backlog how many connections the system keeps until they are accepted; holds from the next bind on
 * @param keepAlive whether the system probes silent peers (SO_KEEPALIVE)
 * @param noDelay whether small segments are sent at once (TCP_NODELAY)
 * @param reusePort whether other sockets with this option may listen at the same address (SO_REUSEPORT);
 *            holds from the next bind on
 * @param splice whether a lot of bytes are moved inside the kernel where that can be
 */
public record SocketOptions(int backlog, boolean keepAlive, boolean noDelay, boolean reusePort,
        boolean splice) {

    public static final SocketOptions DEFAULT = new SocketOptions(4096, true, true, false, true);
}
