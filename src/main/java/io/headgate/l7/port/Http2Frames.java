package io.headgate.l7.port;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;

/**
 * Decides what Netty's codec would decide differently about a client's frames.
 *
 * <p>
 * Resets are counted, because each costs a request that was begun for nothing (CVE-2023-44487), but only if
 * the answer has not begun: a client that has seen enough of an answer has no other means to say so.
 *
 * <p>
 * The codec accepts every stream, and {@link StreamGuard} refuses those that are too many. The codec would
 * forget a stream that it refuses, and mistake the rest of the request, which is on its way already, for
 * frames of a stream that never existed, which ends the connection.
 */
final class Http2Frames extends Http2FrameListenerDecorator {

    private static final int MAX_RESETS = 1000;
    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final Http2Connection connection;
    private final AnswerWindows answers;
    private final Ticker ticker;
    private final Http2Connection.PropertyKey begun;
    private long since;
    private int resets;

    Http2Frames(Http2FrameListener next, Http2Connection connection, AnswerWindows answers, Ticker ticker) {
        super(next);
        this.connection = connection;
        this.answers = answers;
        this.ticker = ticker;
        begun = connection.newKey();
        takeEveryStream();
    }

    private void takeEveryStream() {
        connection.remote().maxActiveStreams(Integer.MAX_VALUE);
    }

    /** The codec now enforces the limit that it has announced. */
    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
        takeEveryStream();
        super.onSettingsAckRead(ctx);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int dependency,
            short weight, boolean exclusive, int padding, boolean endOfStream) throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null && stream.getProperty(begun) == null) { // what follows a head is trailers
            if (!Http2Heads.isRequest(headers)) {
                throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "no request");
            }
            stream.setProperty(begun, Boolean.TRUE);
        }
        super.onHeadersRead(ctx, streamId, headers, dependency, weight, exclusive, padding, endOfStream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
            throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null && !stream.isHeadersSent()) {
            count();
        }
        super.onRstStreamRead(ctx, streamId, errorCode);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowSizeIncrement)
            throws Http2Exception {
        answers.granted(streamId, windowSizeIncrement);
        super.onWindowUpdateRead(ctx, streamId, windowSizeIncrement);
    }

    private void count() throws Http2Exception {
        long now = ticker.nanoTime();
        if (resets == 0 || now - since > WINDOW.toNanos()) {
            since = now;
            resets = 0;
        }
        resets++;
        if (resets > MAX_RESETS) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d requests reset before their answer in %s", MAX_RESETS, WINDOW);
        }
    }
}
