package io.headgate.l4.kernel;

import io.headgate.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Holds the right to change a table of the kernel: a Unix domain socket in the abstract name space, which,
 * like the table, belongs to the network name space, and which the kernel frees when its process is gone,
 * however it ended.
 */
final class Instance implements AutoCloseable {

    private final Channel socket;

    private Instance(Channel socket) {
        this.socket = socket;
    }

    /** Null if another process holds it. */
    static @Nullable Instance take(String table, EventLoops loops) {
        ChannelFuture bound = new ServerBootstrap().group(loops.group())
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(new DomainSocketAddress("\0headgate/kernel/" + table)).awaitUninterruptibly();
        return bound.isSuccess() ? new Instance(bound.channel()) : null;
    }

    @Override
    public void close() {
        socket.close().awaitUninterruptibly();
    }
}
