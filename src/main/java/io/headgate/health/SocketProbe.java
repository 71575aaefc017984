package io.headgate.health;

import io.headgate.net.OnLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel whether a program has a Unix domain socket, without the program noticing: the probe
 * connects a datagram socket to the stream socket. If a program has the socket, the kernel answers that the
 * type is wrong; if no program has it any more, the kernel refuses. A real connection would be accepted, and
 * end without data.
 */
final class SocketProbe {

    /** EPROTOTYPE, as Netty reports an error that it does not know. */
    private static final String WRONG_KIND = "error(-91)";

    private SocketProbe() {
    }

    static Future<?> start(String path, EventLoop loop, Promise<Finding> finding) {
        ChannelFuture connecting = new Bootstrap().group(loop).channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter()).connect(new DomainSocketAddress(path));
        Channel channel = connecting.channel();
        OnLoop.whenDone(connecting, loop, connected -> {
            finding.trySuccess(found(connected.cause()));
            ChannelFuture _ = channel.close();
        });
        return channel.isOpen() ? channel.closeFuture() : connecting; // there may be no socket to open
    }

    private static Finding found(@Nullable Throwable cause) {
        if (cause == null) {
            return Finding.failed("a socket for datagrams (expected: one for streams)");
        }
        return String.valueOf(cause.getMessage()).contains(WRONG_KIND)
                ? Finding.passed("connected")
                : Finding.failed(cause);
    }
}
