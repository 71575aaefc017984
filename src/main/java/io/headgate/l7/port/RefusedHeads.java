package io.headgate.l7.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Lets a stream with an invalid head begin before it is reset. Otherwise the codec resets it at once, and
 * treats frames that the client has sent after that head as frames of a stream that never existed, which ends
 * the connection with everything under way on it.
 */
final class RefusedHeads implements Http2LifecycleManager {

    private final Http2FrameCodec codec;

    private RefusedHeads(Http2FrameCodec codec) {
        this.codec = codec;
    }

    /** Called when the codec stands in the pipeline. */
    static void install(Http2FrameCodec codec) {
        codec.encoder().lifecycleManager(new RefusedHeads(codec));
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode,
            ChannelPromise promise) {
        Http2Connection connection = codec.connection();
        if (connection.stream(streamId) == null && connection.remote().isValidStreamId(streamId)
                && !connection.streamMayHaveExisted(streamId)) {
            begin(connection, streamId);
        }
        return codec.resetStream(ctx, streamId, errorCode, promise);
    }

    private static void begin(Http2Connection connection, int streamId) {
        try {
            Http2Stream _ = connection.remote().createStream(streamId, false);
        } catch (Http2Exception e) {
            // the connection is ending: what follows does not matter any more
        }
    }

    @Override
    public void closeStreamLocal(Http2Stream stream, ChannelFuture future) {
        codec.closeStreamLocal(stream, future);
    }

    @Override
    public void closeStreamRemote(Http2Stream stream, ChannelFuture future) {
        codec.closeStreamRemote(stream, future);
    }

    @Override
    public void closeStream(Http2Stream stream, ChannelFuture future) {
        codec.closeStream(stream, future);
    }

    @Override
    public ChannelFuture goAway(ChannelHandlerContext ctx, int lastStreamId, long errorCode,
            ByteBuf debugData, ChannelPromise promise) {
        return codec.goAway(ctx, lastStreamId, errorCode, debugData, promise);
    }

    @Override
    public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
        codec.onError(ctx, outbound, cause);
    }
}
