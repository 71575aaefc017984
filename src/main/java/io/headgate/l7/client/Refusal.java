package io.headgate.l7.client;

import io.headgate.l7.Problem;
import io.headgate.pool.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The last answer on a connection: why a request got no other. */
final class Refusal extends DefaultFullHttpResponse {

    private static final Duration LINGER = Duration.ofSeconds(2);

    Refusal(Reason reason) {
        super(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reason.status()),
                Unpooled.wrappedBuffer(Problem.body(reason)));
        headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE);
        headers().setInt(HttpHeaderNames.CONTENT_LENGTH, content().readableBytes());
        headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }

    /**
     * Closing while the client still sends would reset the connection, and the client might never see the
     * answer: so what it sends is read and dropped for a moment (RFC 9112, 9.6). The close starts here and
     * not at the pipeline's end: a lane that waits for the rest of the request would hold it up.
     */
    static void linger(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (channel instanceof DuplexChannel duplex && channel.pipeline().get(SslHandler.class) == null) {
            duplex.shutdownOutput();
        }
        channel.config().setAutoRead(true);
        channel.eventLoop().schedule(() -> context.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }
}
