package io.headgate.l4;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A datagram without content, which means something in some protocols; the epoll transport does not send
 * them. Nor do the JDK's connected sockets, so with the JDK's selectors they do not reach a member.
 */
final class EmptyDatagram {

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private EmptyDatagram() {
    }

    /**
     * Sends one around the transport, after everything that was written before. Like any datagram, it may be
     * lost.
     *
     * @param to null for the socket's peer
     * @return false if the transport sends them itself
     */
    static boolean sent(Channel channel, @Nullable InetSocketAddress to) {
        if (!(channel instanceof EpollDatagramChannel epoll)) {
            return false;
        }
        channel.flush();
        try {
            Socket socket = (Socket) epoll.fd();
            int _ = to == null
                    ? socket.send(NOTHING, 0, 0)
                    : socket.sendTo(NOTHING, 0, 0, to.getAddress(), to.getPort());
        } catch (IOException e) {
            // no receiver: the next datagram that is not empty reports it
        }
        return true;
    }
}
