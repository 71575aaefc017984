package io.headgate.l7.gateway;

import io.headgate.l7.port.Deadline;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Ticker;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Connecting to a member timed out while Headgate's own event loop was held up. Netty's timer does not look
 * at the socket, so the connection may have been there in time, and the member is not blamed.
 */
final class LateConnect extends ConnectTimeoutException {

    /** Tells such a timeout from others; for new connections. */
    static final ChannelHandler WATCH = new Watch();

    private static final long serialVersionUID = 1;

    private LateConnect(Throwable cause) {
        super(cause.getMessage());
        initCause(cause);
    }

    @ChannelHandler.Sharable
    private static final class Watch extends ChannelOutboundHandlerAdapter {

        /** The time to connect begins here, with one address, after the name was resolved. */
        @Override
        public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local,
                ChannelPromise promise) {
            Ticker ticker = ctx.executor().ticker();
            long due = ticker.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(ctx.channel().config().getConnectTimeoutMillis());
            ChannelPromise tried = ctx.newPromise();
            tried.addListener(done -> {
                Throwable cause = done.cause();
                if (cause == null) {
                    promise.trySuccess();
                } else if (cause instanceof ConnectTimeoutException
                        && ticker.nanoTime() - due > Deadline.LATE) {
                    promise.tryFailure(new LateConnect(cause));
                } else {
                    promise.tryFailure(cause);
                }
            });
            ctx.connect(remote, local, tried);
            ctx.pipeline().remove(this);
        }
    }
}
