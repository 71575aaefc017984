package io.headgate.l7.port;

import io.headgate.net.HandshakeQueue;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Waits for the ClientHello, and then for the handshake's turn, in front of Reactor Netty's own TLS. The time
 * limit is Reactor Netty's, and begins with the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the end of the connection tells what any of them could
final class HandshakeTurn extends AbstractSniHandler<Boolean> {

    private HandshakeTurn() {
        super(ServerNameWait.MAX_CLIENT_HELLO, 0);
    }

    /** Called when Reactor Netty has set up a pipeline with TLS. */
    static void install(ChannelPipeline pipeline) {
        pipeline.addBefore(NettyPipeline.SslHandler, HandlerNames.TURN, new HandshakeTurn());
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable String name) {
        Promise<Boolean> turn = ctx.executor().newPromise();
        HandshakeQueue.add(ctx.executor(), () -> turn.setSuccess(true));
        return turn;
    }

    /** What has been read goes on to TLS when this leaves. */
    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String name, Future<Boolean> turn) {
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }
}
