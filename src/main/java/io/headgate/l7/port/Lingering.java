package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes towards a client that may still be sending. A plain close would answer its next bytes with a reset,
 * which discards what it has not read yet. So our direction ends first, and what the client sends is read and
 * dropped for up to two seconds, or until it ends too (RFC 9112, 9.6).
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that is being closed has no use for them
public final class Lingering extends ChannelInboundHandlerAdapter {

    private static final Duration LONGEST = Duration.ofSeconds(2);

    private Lingering() {
    }

    /**
     * Called when the last answer has been written. A second call changes nothing.
     *
     * @param context the close starts here: a later handler that waits for the rest of the request would hold
     *            it up
     */
    public static void close(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (isUnderWay(channel)) {
            return;
        }
        channel.pipeline().addFirst(HandlerNames.LINGERING, new Lingering());
        endOutput(channel);
        channel.eventLoop().schedule(() -> context.close(), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the connection is about to close, and everything that comes is dropped. */
    public static boolean isUnderWay(Channel channel) {
        return channel.pipeline().get(HandlerNames.LINGERING) != null;
    }

    /** Ends our direction alone, that of TLS first. */
    public static void endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutDownOutput(channel);
        } else {
            // later: called while it decrypts, it would take the client's direction for closed too
            channel.eventLoop()
                    .execute(() -> tls.closeOutbound().addListener(said -> shutDownOutput(channel)));
        }
    }

    private static void shutDownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.read();
    }

    /** Neither decrypted nor decoded. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.read();
    }
}
