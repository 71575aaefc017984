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
 * Ends a connection on which a member sends what nobody has asked for, such as a body after a 204 or after
 * the answer to {@code HEAD}. The next request would mistake it for the beginning of its answer. The end of
 * an answer is held back until everything that was read with it has been examined, because Reactor Netty
 * gives the connection to the next request as soon as it sees the end.
 */
final class Unasked extends ChannelDuplexHandler {

    /**
     * Line ends that find out whether the decoder holds the beginning of a message, which it does not report.
     * Between two answers, the decoder skips them; otherwise they end a line and a head, and it passes on a
     * message.
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
     * @param codec the context of the decoder before it
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
