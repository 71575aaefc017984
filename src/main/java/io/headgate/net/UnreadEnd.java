package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * Whether a connection has ended although its event loop does not know yet: a loop sees what the kernel has
 * only when the connection's turn comes, and until then the connection looks open. This takes one system
 * call, and works only for epoll's sockets.
 */
public final class UnreadEnd {

    private static final int ESTABLISHED = 1;

    private UnreadEnd() {
    }

    /** False if it cannot be known. */
    public static boolean isOn(Channel connection) {
        if (connection instanceof EpollSocketChannel socket) {
            try {
                return socket.tcpInfo().state() != ESTABLISHED;
            } catch (ChannelException e) {
                return true; // it was closed meanwhile
            }
        }
        return false;
    }
}
