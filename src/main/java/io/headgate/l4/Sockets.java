package io.headgate.l4;

import io.headgate.pool.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.NotYetConnectedException;

/** Operations on sockets of both sides. */
final class Sockets {

    /** At most the upper mark and one read wait in memory for a peer. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** Linux's TCP_CLOSE in tcp_states.h. */
    private static final int CLOSED = 7;

    private Sockets() {
    }

    /** Prepares a connection for relaying, before it is registered. */
    static void prepare(SocketChannel channel, Intake intake, SocketOptions options) {
        prepare(channel, intake);
        prepare(channel, options);
    }

    /**
     * Sets what is configured.
     *
     * @throws ChannelException when the peer is gone already
     */
    static void prepare(SocketChannel channel, SocketOptions options) {
        SocketChannelConfig config = channel.config();
        if (!options.noDelay()) { // Netty has switched it on
            config.setTcpNoDelay(false);
        }
        if (options.keepAlive()) {
            config.setKeepAlive(true);
        }
    }

    /** The same for any kind of socket: what does not depend on its being one of TCP. */
    static void prepare(DuplexChannel channel, Intake intake) {
        ChannelConfig config = channel.config();
        config.setAutoRead(false);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setConnectTimeoutMillis(0); // the wheel's task
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setRecvByteBufAllocator(intake);
    }

    /**
     * Withdraws a requested read. After the peer's end it would be answered endlessly: the JDK's selector
     * finds the channel readable again and again.
     */
    static void stopReading(DuplexChannel channel) {
        channel.config().setAutoRead(true);
        channel.config().setAutoRead(false); // only switching it off withdraws an earlier request
    }

    /**
     * Closes so that the peer sees a reset and cannot mistake a cut stream for a complete one. A Unix domain
     * socket has no reset, only an end. Data that the system still holds for the peer is discarded.
     */
    static void reset(DuplexChannel channel) {
        if (channel.isOpen()) {
            lingerZero(channel);
            close(channel);
        }
    }

    /** {@link #reset} that no handler of the channel can delay. On the channel's loop. */
    static void cut(DuplexChannel channel) {
        if (channel.isOpen()) {
            lingerZero(channel);
            channel.unsafe().close(channel.newPromise());
        }
    }

    /**
     * Closes without a close_notify, with which TLS would say that all is in order. On the channel's loop.
     */
    static void close(DuplexChannel channel) {
        if (isTls(channel)) {
            channel.unsafe().close(channel.newPromise());
        } else {
            ChannelFuture _ = channel.close();
        }
    }

    /** Whether what is sent and received is encrypted on the way. */
    static boolean isTls(DuplexChannel channel) {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    /** Ends the sending, with TLS by a close_notify, too. All bytes must have been flushed. */
    static ChannelFuture endOutput(DuplexChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return channel.shutdownOutput();
        }
        ChannelPromise ended = channel.newPromise();
        ChannelFuture _ = tls.closeOutbound().addListener(said -> channel.shutdownOutput(ended));
        return ended;
    }

    /**
     * The same for an epoll channel without handlers that intercept it. Netty would make an exception with
     * its stack trace for later writes, which never happen.
     *
     * @return whether the connection was still open
     */
    static boolean endBareOutput(EpollSocketChannel channel) {
        try {
            ((Socket) channel.fd()).shutdown(false, true);
            return true;
        } catch (IOException | NotYetConnectedException e) {
            return false;
        }
    }

    /** Lets the last bytes wait for the end of the output, so that both go as one packet. */
    static void cork(EpollSocketChannel channel) {
        try {
            channel.config().setTcpCork(true);
        } catch (ChannelException e) {
            // the flush notices that it is gone
        }
    }

    /** {@link #reset} for a channel that no event loop knows yet. */
    static void resetUnregistered(SocketChannel channel) {
        lingerZero(channel);
        channel.unsafe().closeForcibly();
    }

    private static void lingerZero(DuplexChannel channel) {
        if (!(channel instanceof SocketChannel socket)) {
            return; // a Unix domain socket has no reset
        }
        try {
            socket.config().setSoLinger(0);
        } catch (ChannelException e) {
            // the peer was faster: the socket is gone already
        }
    }

    /**
     * Whether the connection is known to be dead, without a read. False if the transport does not report it.
     */
    static boolean isDead(Channel channel) {
        if (!(channel instanceof EpollSocketChannel epoll) || !channel.isOpen()) {
            return false;
        }
        try {
            return epoll.tcpInfo().state() == CLOSED;
        } catch (ChannelException e) {
            return true;
        }
    }

    /**
     * The address at which to reach a member.
     *
     * @param from the client's side of us
     */
    static SocketAddress toSocketAddress(Address member, ListenerSpec spec, SocketAddress from) {
        String path = member.path();
        if (path != null) {
            return new DomainSocketAddress(path);
        }
        return toSocketAddress(spec.samePort()
                ? new Address(member.host(), ((InetSocketAddress) from).getPort())
                : member);
    }

    /** Resolved if the host is an IP literal. */
    static InetSocketAddress toSocketAddress(Address address) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
        if (literal == null) {
            return InetSocketAddress.createUnresolved(address.host(), address.port());
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), address.port());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes make an address", e);
        }
    }
}
