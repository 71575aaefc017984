package io.headgate.l7.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2StreamChannel;
import reactor.netty.NettyPipeline;

/**
 * Records that a request is sent on a stream of HTTP/2, as {@link Unasked} does on a connection of HTTP/1.1,
 * and sees that the member gets its windows.
 */
final class StreamWatch extends ChannelOutboundHandlerAdapter {

    private StreamWatch() {
    }

    /** Watches over what comes as well. Does nothing on what is no stream, or is watched. */
    static void install(Channel stream) {
        ChannelPipeline pipeline = stream.pipeline();
        if (stream instanceof Http2StreamChannel && pipeline.get(NettyPipeline.H2ToHttp11Codec) != null
                && pipeline.get(StreamWatch.class) == null) {
            pipeline.addAfter(NettyPipeline.H2ToHttp11Codec, null, new FinalAnswers(false));
            pipeline.addAfter(NettyPipeline.H2ToHttp11Codec, null, new AnnouncedLength());
            pipeline.addAfter(NettyPipeline.H2ToHttp11Codec, null, new HeadDeadline());
            pipeline.addAfter(NettyPipeline.H2ToHttp11Codec, null, new StreamWatch());
        }
    }

    /** A read that finds another one under way writes a window update, and flushes none. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        ctx.read();
        ctx.flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest) {
            SlowAttempt.sends(ctx.channel(), promise);
        }
        ctx.write(message, promise);
    }
}
