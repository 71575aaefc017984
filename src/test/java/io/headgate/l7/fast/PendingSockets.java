package io.headgate.l7.fast;

import io.headgate.net.Transport;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Sockets to members that do not connect before they are told to. */
@SuppressWarnings("FutureReturnValueIgnored") // the promise tells
final class PendingSockets implements ChannelFactory<SocketChannel> {

    private final ChannelFactory<? extends SocketChannel> sockets = Transport.best().sockets();
    private final Queue<Runnable> pending = new ConcurrentLinkedQueue<>();
    private volatile boolean open;

    /** How many wait. */
    int size() {
        return pending.size();
    }

    /** They connect now, and others at once. */
    void go() {
        open = true;
        pending.forEach(Runnable::run);
    }

    @Override
    public SocketChannel newChannel() {
        SocketChannel channel = sockets.newChannel();
        if (!open) {
            channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {

                @Override
                public void connect(ChannelHandlerContext ctx, SocketAddress to, SocketAddress from,
                        ChannelPromise promise) {
                    pending.add(() -> ctx.executor().execute(() -> ctx.connect(to, from, promise)));
                }
            });
        }
        return channel;
    }
}
