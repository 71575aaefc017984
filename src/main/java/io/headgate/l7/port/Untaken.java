package io.headgate.l7.port;

import io.headgate.net.LastSent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/** What a client has yet to take of that which was written for it, by HTTP/1.1 or on a stream of HTTP/2. */
public final class Untaken {

    private Untaken() {
    }

    /** Whether there is anything. */
    public static boolean isAny(Channel client) {
        return client instanceof Http2StreamChannel
                ? client.bytesBeforeUnwritable() <= client.config().getWriteBufferHighWaterMark()
                : isAnyHere(client);
    }

    private static boolean isAnyHere(Channel connection) {
        ChannelOutboundBuffer written = connection.unsafe().outboundBuffer();
        return written != null && written.totalPendingWriteBytes() > 0;
    }

    /** A number that falls by what the client takes. */
    public static long bytes(Channel client) {
        if (client instanceof Http2StreamChannel) {
            return ofStream(client, AnswerWindows.of(client.parent()));
        }
        ChannelOutboundBuffer written = client.unsafe().outboundBuffer();
        return written == null ? 0 : written.totalPendingWriteBytes() - written.currentProgress();
    }

    /** Milliseconds since the client last took something, as far as that is known. */
    public static long millis(Channel client) {
        return client instanceof Http2StreamChannel
                ? millisOfStream(client, AnswerWindows.of(client.parent()))
                : LastSent.millisAgo(client);
    }

    /**
     * Falls with what leaves the stream by its window, and with what has left the connection. A piece that
     * waits here counts only once all of it has left, however long that takes.
     */
    public static long ofStream(Channel stream, @Nullable AnswerWindows windows) {
        return stream.bytesBeforeWritable() + (windows == null ? 0 : windows.left(id(stream)));
    }

    /** Of the whole connection, if something that was written for it is still here. */
    public static long millisOfStream(Channel stream, @Nullable AnswerWindows windows) {
        return windows == null || isAnyHere(stream.parent())
                ? LastSent.millisAgo(stream.parent())
                : windows.millisUntaken(id(stream));
    }

    private static int id(Channel stream) {
        return stream instanceof Http2StreamChannel known ? known.stream().id() : 0;
    }
}
