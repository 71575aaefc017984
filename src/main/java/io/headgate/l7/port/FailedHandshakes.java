package io.headgate.l7.port;

import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import reactor.netty.NettyPipeline;

/**
 * Stands behind TLS on the L7 and the management port. A handshake that fails is the client's doing, such as
 * a scanner's or that of one that does not trust the certificate: it has its line in the access log and its
 * reason, and ends here. What stands behind it (the choice between HTTP/1.1 and HTTP/2, Reactor Netty, a
 * lane) would log a stack trace for each.
 */
public final class FailedHandshakes extends ChannelInboundHandlerAdapter {

    private final BiConsumer<Channel, Reason> turnAway;

    private FailedHandshakes(BiConsumer<Channel, Reason> turnAway) {
        this.turnAway = turnAway;
    }

    /**
     * Does nothing where there is no TLS.
     *
     * @param turnAway closes the connection, and tells why
     */
    public static void install(Channel channel, BiConsumer<Channel, Reason> turnAway) {
        if (channel.pipeline().get(NettyPipeline.SslHandler) != null) {
            channel.pipeline().addAfter(NettyPipeline.SslHandler, "headgate.handshake",
                    new FailedHandshakes(turnAway));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            failed(ctx, handshake.cause());
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ClosedChannelException) { // it came and went, as a check of the port does
            ctx.close();
        } else {
            turnAway.accept(ctx.channel(), cause instanceof SslHandshakeTimeoutException
                    ? Reason.HANDSHAKE_TIMEOUT
                    : Reason.CLIENT_TLS_FAILED);
        }
    }

    /**
     * Also after the handshake: a broken record, or an alert. The connection ends, and what was under way
     * with it.
     */
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
