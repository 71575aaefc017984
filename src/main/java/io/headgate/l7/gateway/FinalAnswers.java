package io.headgate.l7.gateway;

import io.headgate.net.HeadLimits;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Removes informational answers (102, 103) from what a member sends. Reactor Netty knows only 100: it would
 * mistake another one for the answer, pass it on and drop the real answer, and the client would wait for
 * ever. Too many informational answers are refused, because each one postpones the deadline. A 101 is refused
 * if no WebSocket was asked for, or if it does not agree to one. An answer that cannot be read is the
 * member's fault: Netty's decoder may report it by a mere NumberFormatException, and Spring accepts only
 * statuses of three digits.
 */
final class FinalAnswers extends ChannelInboundHandlerAdapter {

    private final boolean maySwitch;
    /** The protocol has changed, and bytes pass as they are. */
    private boolean switched;
    /** What comes belongs to an informational answer. */
    private boolean informational;
    /** Informational answers before this one. */
    private int interims;
    /** Nothing has been passed on since the last read, so this handler has to ask for more. */
    private boolean unread;

    /**
     * @param maySwitch whether the member is asked for a WebSocket
     */
    FinalAnswers(boolean maySwitch) {
        this.maySwitch = maySwitch;
    }

    /** As RFC 6455 has it; what came before it is not a tunnel from the head's end on. */
    private static boolean agrees(HttpResponse head) {
        return head.status().code() == 101 && head.decoderResult().isSuccess()
                && head.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT)
                && HttpHeaderValues.WEBSOCKET
                        .contentEqualsIgnoreCase(head.headers().get(HttpHeaderNames.UPGRADE));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the close tells the rest
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (maySwitch && message instanceof HttpResponse head && agrees(head)) {
            SlowAttempt.hears(ctx.channel());
            switched = true;
        }
        if (switched) {
            unread = false;
            ctx.fireChannelRead(message);
            return;
        }
        if (message instanceof HttpObject part) {
            Reason fault = fault(part);
            if (fault != null) {
                part.setDecoderResult(DecoderResult.failure(new Failure(fault, null)));
            }
        }
        if (message instanceof HttpResponse head) {
            SlowAttempt.hears(ctx.channel());
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

    private @Nullable Reason fault(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            return part.decoderResult().cause() instanceof PrematureChannelClosureException
                    ? Reason.UPSTREAM_RESET
                    : Reason.BAD_RESPONSE;
        }
        if (!(part instanceof HttpResponse head)) {
            return null;
        }
        interims = head.status().codeClass() == HttpStatusClass.INFORMATIONAL ? interims + 1 : 0;
        return head.status().code() < 100 || head.status().code() > 999
                || interims > HeadLimits.INFORMATIONAL
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
