package io.headgate.l7.gateway;

import io.headgate.pool.Reason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Refuses an answer on an HTTP/2 stream whose head announces a body that does not come (RFC 9113, 8.1.1).
 * Netty checks lengths, but mistakes this case for an answer to HEAD. An HTTP/1.1 client would mistake the
 * next answer for the missing body.
 */
final class AnnouncedLength extends ChannelDuplexHandler {

    private boolean isHead;
    private boolean owes;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest request) {
            isHead = request.method().equals(HttpMethod.HEAD);
        }
        ctx.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse head) {
            owes = announcesBody(head);
        }
        if (message instanceof HttpContent content) {
            owes &= !content.content().isReadable();
            if (owes && content instanceof LastHttpContent last && last.decoderResult().isSuccess()) {
                last.setDecoderResult(DecoderResult.failure(new Failure(Reason.BAD_RESPONSE, null)));
            }
        }
        ctx.fireChannelRead(message);
    }

    private boolean announcesBody(HttpResponse head) {
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        int status = head.status().code();
        return !isHead && length != null && !length.equals("0") && status != 204 && status != 304
                && head.status().codeClass() != HttpStatusClass.INFORMATIONAL;
    }
}
