package io.headgate.l4;

import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Connects to members from the client's address (Linux's IP_TRANSPARENT). The port is another one: with the
 * client's own, a second connection of it to the same member would fail while the first is in TIME_WAIT.
 *
 * @param address the client's, with no port
 */
record ClientSource(InetSocketAddress address) {

    /**
     * Null where members see our address: without {@code source: client}, and for clients on this machine
     * that came by loopback, from where nothing leads to a member.
     */
    static @Nullable ClientSource of(ListenerSpec spec, InetSocketAddress client) {
        return spec.engine() instanceof Engine.Relay(var _, boolean keepsSource) && keepsSource
                && !client.getAddress().isLoopbackAddress()
                        ? new ClientSource(new InetSocketAddress(client.getAddress(), 0))
                        : null;
    }

    /** Whether a member can be reached from there: both must have the same IP version. */
    boolean reaches(SocketAddress member) {
        return member instanceof InetSocketAddress resolved && !resolved.isUnresolved()
                && resolved.getAddress().getClass() == address.getAddress().getClass();
    }

    /**
     * Whether the member has refused the connection itself. For anything else, silence first of all, the way
     * between this client and the member may be to blame, and others have another way.
     */
    static boolean refused(@Nullable Throwable failure) {
        String message = failure == null ? null : failure.getMessage();
        return message != null && message.contains("Connection refused"); // the text of ECONNREFUSED
    }

    /** The same before a host name is resolved. */
    boolean mayReach(Address member) {
        return member.path() == null && (NetUtil.createByteArrayFromIpAddressString(member.host()) == null
                || reaches(Sockets.toSocketAddress(member)));
    }

    /**
     * Permits a new socket, which no event loop knows yet, to have an address that is none of this machine's.
     *
     * @throws ChannelException when the system does not allow it; the socket is closed then
     */
    void permit(Channel channel) {
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
    static @Nullable String lack(EventLoops loops) {
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
