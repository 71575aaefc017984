package io.headgate.l7.fast;

import io.headgate.net.LastSent;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2NoMoreStreamIdsException;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of a connection of HTTP/2 to a member: one request and its answer. Netty gives it a channel of its
 * own, so an answer cannot reach another exchange. What ends the stream is told when its channel has closed,
 * in a turn of the event loop of its own.
 */
@SuppressWarnings({"FutureReturnValueIgnored", // channelInactive tells what any of them could
        "ReferenceEquality"}) // users are who they are
final class Http2Upstream extends UpstreamHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Http2Upstream.class);

    /** Bytes. What waits for the stream's window is seen to shrink with each piece that goes. */
    private static final int PIECE = 16 * 1024;

    /** Why it ends before its answer does. */
    private enum End {
        CLOSED,
        /** The member has certainly not acted on the request (RFC 9113, 8.7). */
        UNPROCESSED,
        INVALID,
        BROKEN
    }

    private final Http2MemberConnection connection;
    private final boolean reused;
    private final long begunAt;
    private @Nullable UpstreamUser user;
    private End end = End.CLOSED;
    private boolean heard;
    private boolean begun;
    private boolean over;
    /** The request was HEAD: its answer has a length and no body. */
    private boolean isHead;
    /**
     * The head has said that bytes come, and none have. Netty, which checks lengths otherwise, takes that for
     * an answer to HEAD; a client of HTTP/1.1 would take the next answer for them.
     */
    private boolean owes;

    Http2Upstream(Worker worker, Http2MemberConnection connection, boolean reused) {
        super(worker, connection.target());
        this.connection = connection;
        this.reused = reused;
        this.begunAt = worker.now();
    }

    @Override
    public void attach(UpstreamUser next) {
        user = next;
        context().read();
    }

    /** A read that finds another one under way writes a window update, and flushes none. */
    @Override
    public void read() {
        super.read();
        flush();
    }

    // What goes to the member

    @Override
    public void write(Object message) {
        assert worker.isHome() : "another thread";
        boolean last = message instanceof LastHttpContent;
        if (message instanceof HttpRequest request) {
            isHead = request.method().equals(HttpMethod.HEAD);
            boolean empty = last && !((HttpContent) message).content().isReadable();
            send(new DefaultHttp2HeadersFrame(Http2Messages.request(request, target().tls() != null), empty));
            if (empty) {
                ReferenceCountUtil.release(message);
                return;
            }
        }
        if (message instanceof HttpContent content) {
            send(content.content(), last);
        }
    }

    private void send(ByteBuf data, boolean last) {
        while (data.readableBytes() > PIECE) {
            send(new DefaultHttp2DataFrame(data.readRetainedSlice(PIECE), false));
        }
        if (last || data.isReadable()) {
            send(new DefaultHttp2DataFrame(data, last));
        } else {
            data.release();
        }
    }

    private void send(Object frame) {
        context().write(frame, context().voidPromise());
    }

    @Override
    public void flush() {
        context().flush();
    }

    /** The kernel says nothing of one stream: one whose window is used up waits for its member. */
    @Override
    public long lastSent() {
        return connection.hasWindow(id()) ? LastSent.millisAgo(connection.channel()) : Long.MAX_VALUE;
    }

    /** Whether this is a stream of that connection. */
    boolean isOn(Http2MemberConnection other) {
        return connection.equals(other);
    }

    private int id() {
        return ((Http2StreamChannel) channel()).stream().id();
    }

    @Override
    public boolean hasTakenAll() {
        Channel channel = channel();
        return channel.bytesBeforeUnwritable() > channel.config().getWriteBufferHighWaterMark();
    }

    // What comes from the member

    @Override
    public boolean isHeard() {
        return heard;
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public boolean isUnprocessed() {
        return end == End.UNPROCESSED;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        heard = true;
        connection.answers();
        UpstreamUser now = user;
        if (now == null || end == End.INVALID) {
            ReferenceCountUtil.release(frame);
        } else if (frame instanceof Http2HeadersFrame head) {
            if (begun) {
                trailers(ctx, now, head);
            } else {
                head(ctx, now, head);
            }
        } else if (frame instanceof Http2DataFrame data && begun) {
            owes &= !data.content().isReadable();
            over = data.isEndStream();
            if (over && owes) {
                data.release();
                invalid(ctx);
            } else if (over || data.content().isReadable()) {
                now.upstreamContent(over
                        ? new DefaultLastHttpContent(data.content())
                        : new DefaultHttpContent(data.content()));
            } else {
                data.release();
            }
        } else {
            ReferenceCountUtil.release(frame);
            invalid(ctx);
        }
    }

    private void trailers(ChannelHandlerContext ctx, UpstreamUser now, Http2HeadersFrame frame) {
        LastHttpContent trailers;
        try {
            trailers = Http2Messages.trailers(frame.headers());
        } catch (IllegalArgumentException e) {
            invalid(ctx);
            return;
        }
        over = frame.isEndStream();
        if (over && !owes) {
            now.upstreamContent(trailers);
        } else {
            invalid(ctx);
        }
    }

    private void head(ChannelHandlerContext ctx, UpstreamUser now, Http2HeadersFrame frame) {
        HttpResponse head;
        try {
            head = Http2Messages.response(frame.headers());
        } catch (IllegalArgumentException e) {
            invalid(ctx);
            return;
        }
        begun = head.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        over = frame.isEndStream();
        owes = begun && !isHead && head.status().code() != 204 && head.status().code() != 304
                && announces(head);
        if (!begun && (over || head.status().code() == 101)) { // RFC 9113, 8.1 and 8.6
            invalid(ctx);
            return;
        }
        if (over && owes) { // RFC 9113, 8.1.1
            invalid(ctx);
            return;
        }
        now.upstreamHead(head);
        if (user == now && (over || !begun)) {
            now.upstreamContent(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private static boolean announces(HttpResponse head) {
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return length != null && !length.equals("0");
    }

    private void invalid(ChannelHandlerContext ctx) {
        end = End.INVALID;
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR));
        ctx.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamUser now = user;
        if (now != null && end == End.CLOSED) {
            now.upstreamReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        UpstreamUser now = user;
        if (now != null) {
            now.upstreamWritabilityChanged();
        }
    }

    // Its ends

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            if (reset.errorCode() == Http2Error.REFUSED_STREAM.code()) {
                end = End.UNPROCESSED;
            } else {
                heard = true;
            }
        } else if (event instanceof Http2GoAwayFrame leaves) {
            leaves.release();
            end = End.UNPROCESSED;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (end == End.CLOSED) {
            end = switch (cause) {
                case Http2NoMoreStreamIdsException none -> End.UNPROCESSED;
                case Http2Exception refused when refused.error() == Http2Error.REFUSED_STREAM ->
                    End.UNPROCESSED;
                case Http2Exception theirs -> End.INVALID;
                case IOException lost -> End.CLOSED;
                case Throwable other when other.getCause() instanceof IOException -> End.CLOSED;
                default -> {
                    LOG.error("A stream to {} failed", key(), cause);
                    yield End.BROKEN;
                }
            };
        }
        if (!(cause instanceof Http2Exception)) { // Netty closes it then, and says why
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.ended(this);
        UpstreamUser now = user;
        user = null;
        if (now == null) {
            return;
        }
        switch (end) {
            case CLOSED, UNPROCESSED -> now.upstreamClosed();
            case INVALID -> now.upstreamBytes(Unpooled.EMPTY_BUFFER);
            case BROKEN -> now.upstreamBroken();
        }
    }

    @Override
    public void park() {
        user = null;
        connection.ended(this);
        context().close(); // says nothing to the member, which has ended it too
    }

    @Override
    public void close() {
        boolean waited = user != null && !heard;
        user = null;
        connection.ended(this);
        if (id() > 0 && !(over && hasTakenAll())) {
            context().writeAndFlush(
                    new DefaultHttp2ResetFrame(over ? Http2Error.NO_ERROR : Http2Error.CANCEL));
        }
        context().close();
        if (waited) {
            connection.gaveUp(begunAt);
        }
    }

    void evict(Reason reason) {
        UpstreamUser now = user;
        close();
        if (now != null) {
            now.upstreamEvicted(reason);
        }
    }

    @Override
    public UpstreamAge age() {
        return connection.age();
    }

    /** Logins that hold for a connection are not possible here: those who ask for one want HTTP/1.1. */
    @Override
    public void belongTo(OwnUpstreams client) {
        Objects.requireNonNull(client);
    }

    @Override
    public void loggingIn(boolean refused) {
        // as above
    }
}
