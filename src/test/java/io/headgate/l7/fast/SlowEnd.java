package io.headgate.l7.fast;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.l7.port.Refused;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands for the slow lane: answers "slow" to each request when it has come in whole. */
@SuppressWarnings("FutureReturnValueIgnored") // to an embedded channel
final class SlowEnd extends ChannelInboundHandlerAdapter {

    private final List<ServedRequest> served;
    private @Nullable HttpRequest request;

    SlowEnd(List<ServedRequest> served) {
        this.served = served;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest head) {
            request = head;
        }
        HttpRequest asked = request;
        if (message instanceof LastHttpContent && asked != null) {
            request = null;
            told(asked, null);
            boolean stays = HttpUtil.isKeepAlive(asked);
            DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK, ByteBufUtil.writeAscii(ctx.alloc(), "slow"));
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, "4").set(HttpHeaderNames.CONNECTION,
                    stays ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
            ctx.writeAndFlush(answer).addListener((ChannelFutureListener) written -> {
                if (!stays) {
                    ctx.close();
                }
            });
        }
        ReferenceCountUtil.release(message);
    }

    private void told(HttpRequest asked, @Nullable Reason reason) {
        served.add(new ServedRequest(null, asked.method().name(), asked.uri(),
                reason == null ? 200 : reason.status(), reason, Lane.SLOW, null, null, 0, 0, 4, 0));
    }

    /** As the slow lane does for what it has begun. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        HttpRequest half = request;
        if (half != null) {
            Reason refused = Refused.why(ctx.channel());
            told(half, refused != null ? refused : Reason.CLIENT_GONE);
        }
    }
}
