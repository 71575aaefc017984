package io.headgate.l7.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Decides what Netty's codec would decide differently about the resets that we send.
 *
 * <p>
 * A stream with an invalid head begins before it is reset. Otherwise the codec would treat frames that the
 * client has sent after that head as frames of a stream that never existed, which ends the connection with
 * everything under way on it.
 *
 * <p>
 * Frames of a stream that we have reset are dropped without an answer (RFC 9113, 5.1): what a client sends
 * before it reads of the reset is no fault, and may be as many frames as its window holds. The codec would
 * answer each by another reset.
 *
 * <p>
 * Resets for the client's faults are counted, because each costs a request that was begun for nothing
 * (CVE-2025-8671). Those are not counted that the client is not to blame for: a member has failed, or the
 * rest of an upload is not needed.
 */
final class StreamResets implements Http2LifecycleManager {

    /** In the time of an {@link Allowance}. */
    private static final int MAX_FAULTS = 1000;
    /**
     * Frames of closed streams that are free, in the time of an {@link Allowance}: fifty windows of 65,535
     * bytes in frames of 100.
     */
    private static final int UNDER_WAY = 1 << 15;
    /** What one costs beyond that: an exception, which is more than other frames cost. */
    private static final int CLOSED_STREAM = 2;
    /** More than may be open at once, because others begin before the client has read of a reset. */
    private static final int REMEMBERED = 256;

    private final Http2FrameCodec codec;
    private final FrameBudget budget;
    private final Allowance faults;
    private final Allowance underWay;
    /** Streams that we have reset before the client had ended them; null while there are none. */
    private int @Nullable [] sent;
    private int next;

    private StreamResets(Http2FrameCodec codec, FrameBudget budget, Ticker ticker) {
        this.codec = codec;
        this.budget = budget;
        this.faults = new Allowance(MAX_FAULTS, ticker);
        this.underWay = new Allowance(UNDER_WAY, ticker);
    }

    /** Called when the codec stands in the pipeline. */
    static void install(Http2FrameCodec codec, FrameBudget budget, Ticker ticker) {
        codec.encoder().lifecycleManager(new StreamResets(codec, budget, ticker));
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode,
            ChannelPromise promise) {
        Http2Connection connection = codec.connection();
        Http2Stream stream = connection.stream(streamId);
        if (stream != null) {
            if (!stream.isResetSent() && stream.state().remoteSideOpen()) {
                remember(streamId);
            }
        } else if (isRemembered(streamId)) {
            if (!underWay.spend(1)) {
                budget.spend(CLOSED_STREAM, "frames of closed streams");
            }
            return promise.unvoid().setSuccess();
        } else if (connection.remote().isValidStreamId(streamId)
                && !connection.streamMayHaveExisted(streamId)) {
            begin(connection, streamId);
            remember(streamId);
        }
        ChannelFuture written = codec.resetStream(ctx, streamId, errorCode, promise);
        if (isForFault(errorCode) && !faults.spend(1)) {
            codec.onError(ctx, true, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d streams reset for faults in %s", MAX_FAULTS, Allowance.WINDOW));
        }
        return written;
    }

    private void remember(int streamId) {
        if (sent == null) {
            sent = new int[REMEMBERED];
        }
        sent[next] = streamId;
        next = (next + 1) % REMEMBERED;
    }

    /** Whether we have reset the stream lately, before the client had ended it. */
    boolean isRemembered(int streamId) {
        if (sent != null) {
            for (int each : sent) {
                if (each == streamId) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isForFault(long errorCode) {
        return errorCode != Http2Error.NO_ERROR.code() && errorCode != Http2Error.CANCEL.code()
                && errorCode != Http2Error.INTERNAL_ERROR.code();
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
