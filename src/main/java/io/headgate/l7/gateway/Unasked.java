package io.headgate.l7.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * Ends a connection on which a member sends what nobody has asked for, such as a body behind a 204 or behind
 * the answer to {@code HEAD}: it would be taken for the beginning of the next answer. The end of an answer
 * waits until all that was read with it is dealt with, for Reactor Netty gives the connection to the next
 * request as soon as it sees it.
 */
final class Unasked extends ChannelDuplexHandler {

    /**
     * Tell whether the decoder keeps the beginning of something, for it does not say so: between two answers
     * it skips them, or else it takes them for the end of a line and of a head, and passes on a message.
     */
    private static final ByteBuf LINE_ENDS = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII).asReadOnly());

    private final ChannelHandlerContext context;
    private final HttpClientCodec codec;
    /** With a place of its own to read at. */
    private final ByteBuf lineEnds = LINE_ENDS.duplicate();
    /** A request has gone out whose answer has not ended. */
    private boolean asked;
    /** What comes belongs to an informational answer: another follows. */
    private boolean informational;
    /** Of the answer, not yet passed on. */
    private @Nullable LastHttpContent end;
    /** Something came that was not asked for. */
    private boolean stray;

    /**
     * @param codec what it stands behind
     */
    Unasked(ChannelHandlerContext codec) {
        this.context = codec;
        this.codec = (HttpClientCodec) codec.handler();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest) {
            asked = true;
            SlowAttempt.sends(ctx.channel(), promise);
        }
        ctx.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!asked || end != null) {
            ReferenceCountUtil.release(message);
            stray = true;
            return;
        }
        if (message instanceof HttpResponse head) {
            informational = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent last && !informational) {
            end = last;
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        LastHttpContent last = end;
        if (!asked || last != null) {
            codec.channelRead(context, lineEnds.readerIndex(0));
            end = null;
            asked = false;
        }
        if (stray) {
            Connection.from(ctx.channel()).markPersistent(false); // or it is given to the next request
        }
        if (last != null) {
            ctx.fireChannelRead(last);
        }
        if (stray) {
            ctx.close();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ReferenceCountUtil.release(end);
        end = null;
    }
}
