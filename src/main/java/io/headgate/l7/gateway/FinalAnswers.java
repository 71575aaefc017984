package io.headgate.l7.gateway;

import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Takes informational answers (102, 103) out of what a member sends: Reactor Netty would take the first for
 * the answer itself, pass it on and drop the one that follows, and the client would wait for ever. A 100 it
 * knows. A 101 is refused: WebSockets go by another client, so that nobody has asked for it. What cannot be
 * read is the member's fault: Netty's decoder may say so by no more than a NumberFormatException, and Spring
 * takes no status of other than three digits.
 */
final class FinalAnswers extends ChannelInboundHandlerAdapter {

    /** What comes belongs to an informational answer. */
    private boolean informational;
    /** Nothing has been passed on since the last read: nobody else will ask for more. */
    private boolean unread;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the close tells the rest
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpObject part) {
            Reason fault = fault(part);
            if (fault != null) {
                part.setDecoderResult(DecoderResult.failure(new Failure(fault, null)));
            }
        }
        if (message instanceof HttpResponse head) {
            Stay.hears(ctx.channel());
            int status = head.status().code();
            informational = status > 100 && status < 200 && head.decoderResult().isSuccess();
            if (status == 101) {
                ctx.fireExceptionCaught(new Failure(Reason.BAD_RESPONSE, null));
                ctx.close();
            }
        }
        if (informational && (message instanceof HttpResponse || message instanceof HttpContent)) {
            ReferenceCountUtil.release(message);
            unread = true;
        } else {
            unread = false;
            ctx.fireChannelRead(message);
        }
    }

    private static @Nullable Reason fault(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            return part.decoderResult().cause() instanceof PrematureChannelClosureException
                    ? Reason.UPSTREAM_RESET
                    : Reason.BAD_RESPONSE;
        }
        return part instanceof HttpResponse head && (head.status().code() < 100 || head.status().code() > 999)
                ? Reason.BAD_RESPONSE
                : null;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (unread) {
            unread = false;
            ctx.read();
        }
    }
}
