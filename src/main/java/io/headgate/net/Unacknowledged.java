package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * What the kernel holds of a TCP connection's sent bytes because the peer has not confirmed them. A reset
 * discards it.
 */
public final class Unacknowledged {

    private Unacknowledged() {
    }

    /** Whether the transport reports it. A close discards nothing of a Unix domain socket. */
    public static boolean isKnown(Channel connection) {
        return connection instanceof EpollSocketChannel || connection instanceof EpollDomainSocketChannel;
    }

    /** How many bytes, of a channel that is open; 0 if it is not known. Takes one system call. */
    public static int bytes(Channel connection) {
        return connection instanceof EpollSocketChannel socket
                ? Math.max(0, LinuxCalls.unacknowledged(socket.fd().intValue()))
                : 0;
    }
}
