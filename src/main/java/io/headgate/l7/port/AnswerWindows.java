package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client of HTTP/2 takes its answers, as its windows tell (RFC 9113, 5.2). The streams of a
 * connection share one window: a stream that is not read uses it up, and the others can be sent nothing
 * although their client would take it. So a stream waits for its own window, or for its connection.
 */
public final class AnswerWindows {

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey granted;
    private final UploadWindow uploads;
    private final Ticker ticker;
    /** What the connection had left when that was last looked at. */
    private long left;
    private long movedAt;

    /** What a stream's client has added to its window. */
    private static final class Granted {

        private long bytes;
    }

    AnswerWindows(Http2Connection connection, UploadWindow uploads, Ticker ticker) {
        this.connection = connection;
        this.granted = connection.newKey();
        this.uploads = uploads;
        this.ticker = ticker;
        this.movedAt = ticker.nanoTime();
    }

    /** Those of a client's connection; null if it does not speak HTTP/2. */
    public static @Nullable AnswerWindows of(Channel connection) {
        Http2Session session = Http2Session.of(connection);
        return session == null ? null : session.answers();
    }

    /** The client has added this much to a stream's window, or to the connection's, which is stream 0. */
    void granted(int stream, int bytes) {
        Http2Stream of = connection.stream(stream);
        if (of != null) {
            Granted all = of.getProperty(granted);
            if (all == null) {
                all = new Granted();
                of.setProperty(granted, all);
            }
            all.bytes += bytes;
        }
    }

    /** A number that falls by each byte of its answer that a stream has been sent. */
    public long left(int stream) {
        Http2Stream of = connection.stream(stream);
        return of == null ? 0 : left(of);
    }

    private long left(Http2Stream stream) {
        Granted all = stream.getProperty(granted);
        return connection.remote().flowController().windowSize(stream) - (all == null ? 0 : all.bytes);
    }

    /**
     * For how long the client has not taken what keeps a stream waiting. {@link Long#MAX_VALUE} if that is
     * the stream's own window; if the client would take more on this stream, it is half the time since
     * anything was sent on the connection. So streams that are not read are given up first, which lets the
     * others go on. Zero while Headgate does not read the connection, because the client may have opened
     * windows meanwhile.
     */
    public long millisUntaken(int stream) {
        if (uploads.isHolding()) {
            return 0;
        }
        Http2Stream of = connection.stream(stream);
        if (of == null || connection.remote().flowController().windowSize(of) <= 0) {
            return Long.MAX_VALUE;
        }
        long now = ticker.nanoTime();
        long leftNow = left(connection.connectionStream());
        if (leftNow != left) {
            left = leftNow;
            movedAt = now;
        }
        return TimeUnit.NANOSECONDS.toMillis(now - movedAt) / 2;
    }
}
