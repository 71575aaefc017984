package io.headgate.l7.fast;

import io.headgate.l7.port.Departure;
import io.headgate.l7.port.Refused;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The tunnel of a {@link ClientStream} that asks for a WebSocket (RFC 8441), from the request on: what the
 * client sends before there is a tunnel waits here. Other streams have none.
 */
final class StreamTunnel implements TunnelClient {

    private final FastPath fastPath;
    private final ClientStream stream;
    private final Channel channel;
    /** What has come of it before there was a tunnel: not more than a window. */
    private @Nullable ArrayDeque<HttpContent> early;
    private @Nullable Tunnel tunnel;
    private @Nullable Runnable drain;

    StreamTunnel(FastPath fastPath, ClientStream stream, Channel channel) {
        this.fastPath = fastPath;
        this.stream = stream;
        this.channel = channel;
    }

    /** Null before the member has agreed, and after the tunnel's end. */
    @Nullable
    Tunnel open() {
        return tunnel;
    }

    /** A part of what the WebSocket carries, or its end. */
    void carried(HttpContent content) {
        Tunnel own = tunnel;
        if (own != null) {
            if (content.content().isReadable()) {
                own.clientBytes(content.content());
            } else {
                content.release();
            }
            if (content instanceof LastHttpContent) {
                own.clientEnded();
            }
        } else if (stream.hasExchange()) {
            early = early == null ? new ArrayDeque<>(2) : early;
            early.add(content);
        } else {
            stream.body(content);
        }
    }

    @Override
    public boolean hasRoomForTunnel() {
        return fastPath.tunnels().hasRoom(tunnelLimits().max());
    }

    @Override
    public boolean takeTunnel() {
        return fastPath.tunnels().take(tunnelLimits().max());
    }

    @Override
    public TunnelLimits tunnelLimits() {
        return fastPath.tunnelLimits();
    }

    /** RFC 8441, 5. */
    @Override
    public int switched() {
        return HttpResponseStatus.OK.code();
    }

    @Override
    public void writeBytes(ByteBuf bytes) {
        stream.write(new DefaultHttpContent(bytes));
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void resume() {
        stream.resume();
    }

    @Override
    public void tunnel(Tunnel next) {
        stream.ended();
        tunnel = next;
        next.begin();
        Runnable action = () -> next.drain(tunnelLimits().drain());
        drain = action;
        Departure.of(channel.parent()).tell(action);
        ArrayDeque<HttpContent> parts = early;
        early = null;
        if (parts != null) {
            parts.forEach(this::carried);
            next.clientReadComplete();
        }
        resume();
    }

    @Override
    public @Nullable Reason refused() {
        return Refused.why(channel);
    }

    /** Its end is that of the stream; a client that has gone hears of nothing. */
    @Override
    public void tunnelEnded() {
        fastPath.tunnels().giveBack();
        if (drain != null) {
            Departure.of(channel.parent()).forget(drain);
        }
        if (tunnel != null) {
            tunnel = null;
            stream.write(LastHttpContent.EMPTY_LAST_CONTENT);
            stream.endWithin(Timeouts.DEFAULT.send());
            flush();
            resume();
        }
    }

    void clientGone() {
        Tunnel own = tunnel;
        if (own != null) {
            tunnel = null;
            own.clientGone();
        }
        releaseEarly();
    }

    /** There will be no tunnel. */
    void releaseEarly() {
        ArrayDeque<HttpContent> parts = early;
        early = null;
        if (parts != null) {
            parts.forEach(ReferenceCountUtil::release);
        }
    }
}
