package io.headgate.l4;

import io.headgate.pool.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A listening TCP socket. */
final class TcpBinding implements Binding {

    /** How many waiting clients are accepted in a row; Netty would handle all other events after each. */
    private static final int AT_ONCE = 4;

    private final Channel server;
    private final Acceptor acceptor;

    private TcpBinding(Channel server, Acceptor acceptor) {
        this.server = server;
        this.acceptor = acceptor;
    }

    static TcpBinding open(Address address, SocketOptions options, Shared shared) throws IOException {
        Acceptor acceptor = new Acceptor(shared);
        Bootstrap bootstrap = new Bootstrap().group(shared.loops().next())
                .channel(shared.loops().transport().serverSocket()).handler(acceptor)
                .option(ChannelOption.AUTO_READ, false).option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator()
                        .respectMaybeMoreData(false).maxMessagesPerRead(AT_ONCE))
                .option(ChannelOption.SO_BACKLOG, options.backlog());
        if (options.reusePort()) {
            bootstrap.option(shared.loops().transport().reusePort(), true);
        }
        ChannelFuture bound = bootstrap.bind(resolved(address)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return new TcpBinding(bound.channel(), acceptor);
    }

    static InetSocketAddress resolved(Address address) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    @Override
    public void serve(Listener listener) {
        acceptor.serve(listener);
        accepting(!listener.paused());
    }

    @Override
    public void accepting(boolean accept) {
        if (accept) {
            server.eventLoop().execute(acceptor::goOn);
        } else {
            server.eventLoop().execute(() -> server.config().setAutoRead(false));
        }
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly();
    }
}
