package io.headgate.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Connects to members from the client's address (Linux's IP_TRANSPARENT). The port is another one: with the
 * client's own, a second connection of it to the same member would fail while the first is in TIME_WAIT.
 *
 * @param address the client's, with no port
 */
public record ClientSource(InetSocketAddress address) {

    /** Null for a client on this machine that came by loopback, from where nothing leads to a member. */
    public static @Nullable ClientSource of(InetSocketAddress client) {
        return client.getAddress().isLoopbackAddress()
                ? null
                : new ClientSource(new InetSocketAddress(client.getAddress(), 0));
    }

    /**
     * Whether a member can be reached from there: both must have the same IP version, and what this machine
     * sends to itself by loopback comes from nowhere else.
     */
    public boolean reaches(SocketAddress member) {
        return member instanceof InetSocketAddress resolved && !resolved.isUnresolved()
                && !resolved.getAddress().isLoopbackAddress()
                && resolved.getAddress().getClass() == address.getAddress().getClass();
    }

    /** The same for an address that may not be resolved yet. */
    public boolean mayReach(SocketAddress member) {
        return reaches(member) || (member instanceof InetSocketAddress named && named.isUnresolved());
    }

    /** Whether the member at the other end sees this address. */
    public boolean isOf(Channel connection) {
        return connection.localAddress() instanceof InetSocketAddress local
                && local.getAddress().equals(address.getAddress());
    }

    /** Connects a new socket to a member. */
    public ChannelFuture connect(Bootstrap sockets, SocketAddress member) {
        return sockets.option(EpollChannelOption.IP_TRANSPARENT, true)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true).connect(member, address);
    }

    /**
     * Whether the member has refused the connection itself. For anything else, silence first of all, the way
     * between this client and the member may be to blame, and others have another way.
     */
    public static boolean refused(@Nullable Throwable failure) {
        String message = failure == null ? null : failure.getMessage();
        return message != null && message.contains("Connection refused"); // the text of ECONNREFUSED
    }

    /**
     * Permits a new socket, which no event loop knows yet, to have an address that is none of this machine's.
     *
     * @throws ChannelException when the system does not allow it; the socket is closed then
     */
    public void permit(Channel channel) {
        try {
            channel.config().setOption(EpollChannelOption.IP_TRANSPARENT, true);
            if (channel instanceof EpollSocketChannel) { // a port is taken once for each member, not for all
                channel.config().setOption(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
            }
        } catch (ChannelException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    /** What this machine lacks; null if nothing. */
    public static @Nullable String lack(EventLoops loops) {
        if (loops.transport() != Transport.EPOLL) {
            return "it needs Linux and Netty's epoll library";
        }
        EpollSocketChannel probe = new EpollSocketChannel();
        try {
            new ClientSource(new InetSocketAddress(0)).permit(probe);
            return null;
        } catch (ChannelException e) {
            return "the process may not use others' addresses (" + e.getMessage() + ")";
        } finally {
            probe.unsafe().closeForcibly();
        }
    }
}
