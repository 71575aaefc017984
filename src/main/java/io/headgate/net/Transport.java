package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** How sockets reach the kernel. */
public enum Transport {
    /**
     * Linux's epoll through Netty's native library: needs no selector sets, knows half-closure and splice.
     */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class,
            EpollDatagramChannel.class),
    /** The JDK's selectors: works everywhere. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class,
            NioDatagramChannel.class);

    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private final Class<? extends ServerChannel> serverSocket;
    private final Class<? extends SocketChannel> socket;
    private final Class<? extends DatagramChannel> datagram;

    Transport(Class<? extends ServerChannel> serverSocket,
            Class<? extends SocketChannel> socket, Class<? extends DatagramChannel> datagram) {
        this.serverSocket = serverSocket;
        this.socket = socket;
        this.datagram = datagram;
    }

    /** The best that this machine has. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    IoHandlerFactory ioHandler() {
        return this == EPOLL ? new SteadyEpoll() : NioIoHandler.newFactory();
    }

    public Class<? extends ServerChannel> serverSocket() {
        return serverSocket;
    }

    public Class<? extends SocketChannel> socket() {
        return socket;
    }

    /** Makes TCP sockets. */
    public ChannelFactory<? extends SocketChannel> sockets() {
        return new ReflectiveChannelFactory<>(socket);
    }

    public Class<? extends DatagramChannel> datagram() {
        return datagram;
    }

    /** SO_REUSEPORT. */
    public ChannelOption<Boolean> reusePort() {
        return this == EPOLL
                ? UnixChannelOption.SO_REUSEPORT
                : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
    }

    /**
     * TCP_QUICKACK: whether the last step of a handshake is sent at once. Null if the system does not allow
     * the choice.
     */
    public @Nullable ChannelOption<Boolean> quickAck() {
        if (this == EPOLL) {
            return EpollChannelOption.TCP_QUICKACK;
        }
        return LINUX ? NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK) : null;
    }

    /** The class for an interface of Netty's, null when there is none. */
    Class<? extends Channel> implementing(Class<? extends Channel> type) {
        if (type.isAssignableFrom(socket)) {
            return socket;
        }
        if (type.isAssignableFrom(serverSocket)) {
            return serverSocket;
        }
        if (type.isAssignableFrom(datagram)) {
            return datagram;
        }
        throw new IllegalArgumentException(type + " (expected: a TCP or UDP channel)");
    }
}
