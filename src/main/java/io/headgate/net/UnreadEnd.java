package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * Whether a connection has ended without its event loop knowing yet: what the kernel has, a loop hears of
 * when its turn comes, and until then the connection looks open. One call to the system; only epoll's sockets
 * can be asked.
 */
public final class UnreadEnd {

    private static final int ESTABLISHED = 1;

    private UnreadEnd() {
    }

    /** False where nobody knows. */
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
