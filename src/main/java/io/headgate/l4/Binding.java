package io.headgate.l4;

import io.headgate.pool.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A listening socket. It is bound without accepting anyone, so that a change which cannot be carried out
 * whole has disturbed nobody.
 */
final class Binding {

    private final Channel server;
    private final Acceptor acceptor;

    private Binding(Channel server, Acceptor acceptor) {
        this.server = server;
        this.acceptor = acceptor;
    }

    /**
     * Binds; blocks until that has succeeded or failed.
     *
     * @throws IOException when the address is taken, not ours, or unknown
     */
    static Binding open(ListenerSpec spec, Shared shared) throws IOException {
        Acceptor acceptor = new Acceptor(shared);
        ChannelFuture bound = new Bootstrap().group(shared.loops().next())
                .channel(shared.loops().transport().serverSocket()).handler(acceptor)
                .option(ChannelOption.AUTO_READ, false).option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, spec.socket().backlog())
                .bind(resolved(spec.bind())).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return new Binding(bound.channel(), acceptor);
    }

    private static InetSocketAddress resolved(Address address) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Hands what is accepted from now on to this listener. */
    void serve(Listener listener) {
        acceptor.serve(listener);
        accepting(!listener.paused());
    }

    void accepting(boolean accept) {
        server.config().setAutoRead(accept);
        if (accept) {
            server.eventLoop().execute(acceptor::letIn);
        }
    }

    /** Blocks until the address is free again. */
    void close() {
        server.close().awaitUninterruptibly();
    }
}
