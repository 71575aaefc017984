package io.headgate.l4;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a TLS connection look like a plain one to what comes after it in the pipeline. A close_notify becomes
 * the end of the peer's sending. An end without one is an error, because somebody may have cut the stream.
 * Data that is decrypted before the relay has begun is held.
 */
final class TlsEdge extends ChannelInboundHandlerAdapter {

    /** Is notified how the handshake ended, exactly once, on the channel's loop. */
    interface Handshake {

        /** It succeeded. */
        void secured(TlsEdge edge);

        /** It failed, or the connection did before the relay began. The peer does not know the reason yet. */
        void insecure(Throwable cause);
    }

    /** Enough for a handshake with a long chain of certificates, and one more read. */
    static final int LIMIT = 256 * 1024;

    private final SslHandler tls;
    private final Handshake handshake;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;
    private boolean failed;
    private boolean ended;
    private boolean relaying;

    private TlsEdge(SslHandler tls, Handshake handshake) {
        this.tls = tls;
        this.handshake = handshake;
    }

    /** Puts TLS and its edge before the handler of this name, or at the end. */
    static TlsEdge install(DuplexChannel channel, SslHandler tls, @Nullable String before,
            Handshake handshake) {
        tls.setHandshakeTimeoutMillis(0); // the wheel's task
        TlsEdge edge = new TlsEdge(tls, handshake);
        if (before == null) {
            channel.pipeline().addLast(tls, edge);
        } else {
            channel.pipeline().addBefore(before, "tls", tls).addBefore(before, "tls-edge", edge);
        }
        return edge;
    }

    SslHandler tls() {
        return tls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Passes on the held data, and everything from now on. */
    void relay() {
        ChannelHandlerContext ctx = context;
        relaying = true;
        if (ctx == null || ctx.isRemoved()) {
            return;
        }
        ByteBuf first = held;
        held = null;
        if (first != null) {
            ctx.fireChannelRead(first);
            ctx.fireChannelReadComplete();
        }
        if (ended) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (relaying) {
            ctx.fireChannelRead(message);
            return;
        }
        ByteBuf bytes = (ByteBuf) message;
        ByteBuf before = held;
        held = before == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(bytes.alloc(), before, bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent done -> {
                if (done.isSuccess()) {
                    handshake.secured(this);
                } else {
                    fail(ctx, done.cause());
                }
            }
            case SslCloseCompletionEvent closed -> {
                if (closed.isSuccess()) {
                    end(ctx);
                }
            }
            case ChannelInputShutdownEvent cut -> {
                Sockets.stopReading((DuplexChannel) ctx.channel());
                if (!ended) {
                    fail(ctx, new IOException("the peer ended the connection without a close_notify"));
                }
            }
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        if (!ended) {
            ended = true;
            if (relaying) {
                ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() instanceof SSLException invalid) {
            fail(ctx, invalid);
        } else if (cause instanceof IOException && !relaying) {
            fail(ctx, cause);
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** Before the relay has begun, no later handler can use it. */
    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        if (relaying) {
            ctx.fireExceptionCaught(cause);
        } else if (!failed) {
            failed = true;
            handshake.insecure(cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ReferenceCountUtil.release(held);
        held = null;
    }
}
