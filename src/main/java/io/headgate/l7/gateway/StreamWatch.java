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
 * Records that a request is sent on an HTTP/2 stream, as {@link Unasked} does on an HTTP/1.1 connection, and
 * flushes the window updates for the member.
 */
final class StreamWatch extends ChannelOutboundHandlerAdapter {

    private StreamWatch() {
    }

    /** Installs the watch. Does nothing if the channel is no stream, or is watched already. */
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

    /**
     * Flushes, because a read that finds another one under way writes a window update without flushing it.
     */
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
