package io.headgate.l7.fast;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Closing towards a client that is still sending: a plain close would answer its next bytes with a reset,
 * which throws away what it has not read yet. So our direction is closed first; the client's is read until it
 * ends too.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that is being closed has no use for them
final class Lingering {

    private static final int LONGEST_SECONDS = 2;

    private Lingering() {
    }

    static void close(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess() && ctx.channel() instanceof DuplexChannel duplex
                    && ctx.pipeline().get(SslHandler.class) == null) {
                duplex.shutdownOutput();
                ctx.executor().schedule(() -> ctx.close(), LONGEST_SECONDS, TimeUnit.SECONDS);
                ctx.read();
            } else {
                ctx.close();
            }
        });
    }
}
