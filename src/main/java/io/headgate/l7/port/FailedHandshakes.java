package io.headgate.l7.port;

import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import reactor.netty.NettyPipeline;

/**
 * Stands right after TLS. A handshake that fails is the client's doing: a scanner, or a client that does not
 * trust the certificate. It is reported once, with its reason, and goes no further; the handlers after this
 * one (ALPN, Reactor Netty, a lane) would log a stack trace for each.
 */
final class FailedHandshakes extends ChannelInboundHandlerAdapter {

    private final Port port;

    private FailedHandshakes(Port port) {
        this.port = port;
    }

    /** Does nothing without TLS. */
    static void await(ChannelPipeline pipeline, Port port) {
        if (pipeline.get(NettyPipeline.SslHandler) != null) {
            pipeline.addAfter(NettyPipeline.SslHandler, HandlerNames.HANDSHAKE, new FailedHandshakes(port));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (!handshake.isSuccess()) {
                port.handshakes().failed();
                failed(ctx, handshake.cause());
                return;
            }
            port.handshakes().done();
        }
        if (event instanceof SniCompletionEvent hello
                && hello.cause() instanceof SslHandshakeTimeoutException late) {
            failed(ctx, late); // not even a ClientHello has come
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ClosedChannelException) { // the client just left, as a TCP check of the port
                                                       // does
            ctx.close();
        } else {
            port.admission().turnAway(ctx.channel(), cause instanceof SslHandshakeTimeoutException
                    ? Reason.HANDSHAKE_TIMEOUT
                    : Reason.CLIENT_TLS_FAILED);
        }
    }

    /** After the handshake, a broken record or an alert ends the connection and what is under way on it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (isTls(cause)) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private static boolean isTls(Throwable cause) {
        return cause instanceof SSLException
                || (cause instanceof DecoderException && cause.getCause() instanceof IOException);
    }
}
