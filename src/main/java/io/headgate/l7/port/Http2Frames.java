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
import org.jspecify.annotations.Nullable;

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

    /** In the time of an {@link Allowance}. */
    private static final int MAX_RESETS = 1000;

    private final Http2Connection connection;
    private final AnswerWindows answers;
    private final Http2Connection.PropertyKey begun;
    private final Http2Connection.PropertyKey tooLong;
    private final Http2Connection.PropertyKey carries;
    private final Allowance resets;

    Http2Frames(Http2FrameListener next, Http2Connection connection, AnswerWindows answers, Ticker ticker) {
        super(next);
        this.connection = connection;
        this.answers = answers;
        begun = connection.newKey();
        tooLong = connection.newKey();
        carries = connection.newKey();
        resets = new Allowance(MAX_RESETS, ticker);
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
            CharSequence protocol = Http2Heads.protocol(headers);
            if (protocol != null) {
                stream.setProperty(carries, protocol.toString());
                Http2Heads.asGet(headers);
            }
            if (Http2Heads.isTooLong(headers)) {
                stream.setProperty(tooLong, Boolean.TRUE);
                Http2Heads.shorten(headers);
            }
        } else if (Http2Heads.isTooLong(headers)) {
            throw Http2Exception.streamError(streamId, Http2Error.ENHANCE_YOUR_CALM, "trailers");
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
        if (!resets.spend(1)) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d requests reset before their answer in %s", MAX_RESETS, Allowance.WINDOW);
        }
    }

    /** Whether the head of a stream had too many fields, of which none was passed on. */
    boolean isTooLong(int streamId) {
        Http2Stream stream = connection.stream(streamId);
        return stream != null && stream.getProperty(tooLong) != null;
    }

    /** The protocol that a stream is to carry instead of an answer; null for none. */
    @Nullable
    String carries(int streamId) {
        Http2Stream stream = connection.stream(streamId);
        return stream == null ? null : stream.getProperty(carries);
    }
}
