package io.headgate.l7.port;

import io.headgate.net.HandshakeQueue;
import io.headgate.pool.Reason;
import io.headgate.security.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Waits for the ClientHello, and begins TLS with the certificate for the name in it. Stands in the place of
 * Reactor Netty's handler, which would take whatever length a client says that its ClientHello has.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the end of the connection tells what any of them could
final class ServerNameWait extends AbstractSniHandler<SslContext> {

    /** Post-quantum key shares and tickets take a few KB. */
    static final int MAX_CLIENT_HELLO = 32 * 1024;

    private final Port port;
    private final ServerTls tls;
    /** For the ClientHello. */
    private @Nullable Deadline deadline;
    /** What the client still sends is looked at again. */
    private boolean refused;

    private ServerNameWait(Port port, ServerTls tls) {
        super(MAX_CLIENT_HELLO, 0); // its limit would go on while the handshake waits for its turn
        this.port = port;
        this.tls = tls;
    }

    /** Called when Reactor Netty has set up a pipeline with TLS. */
    static void install(ChannelPipeline pipeline, Port port, ServerTls tls) {
        pipeline.replace(NettyPipeline.SslHandler, NettyPipeline.SslHandler, new ServerNameWait(port, tls));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = new Deadline(ctx.channel().eventLoop(), port.ticker(),
                () -> port.admission().turnAway(ctx.channel(), Reason.HANDSHAKE_TIMEOUT));
        deadline.in(tls.handshakeTimeout());
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        if (deadline != null) {
            deadline.end();
        }
        super.handlerRemoved0(ctx);
    }

    /** Takes until the handshake may begin. */
    @Override
    @SuppressWarnings("NullAway") // Netty passes null if the client sends no name, and takes null
    protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable String name) {
        if (deadline != null) {
            deadline.end();
        }
        Promise<SslContext> turn = ctx.executor().newPromise();
        HandshakeQueue.add(ctx.executor(), () -> find(name, turn));
        return turn;
    }

    @SuppressWarnings("NullAway") // null if nobody serves the name
    private void find(@Nullable String name, Promise<SslContext> turn) {
        try {
            turn.setSuccess(tls.contexts().find(name));
        } catch (RuntimeException e) { // such as a certificate that cannot be used
            turn.setFailure(e);
        }
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String name,
            Future<SslContext> found) {
        SslContext context = found.getNow();
        if (refused || ctx.isRemoved()) { // it has left while it waited
            return;
        }
        if (context == null) {
            refused = true;
            refuse(ctx);
            return;
        }
        SslHandler handler = context.newHandler(ctx.alloc());
        handler.setHandshakeTimeoutMillis(tls.handshakeTimeout().toMillis());
        ctx.pipeline().replace(this, NettyPipeline.SslHandler, handler);
    }

    private void refuse(ChannelHandlerContext ctx) {
        port.reports().closed(ctx.channel(), Reason.CLIENT_TLS_FAILED);
        ByteBuf alert = Unpooled.wrappedBuffer(ServerTls.unrecognizedName());
        ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
    }
}
