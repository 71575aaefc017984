package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.net.Memory;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/2 connection, and how it ends: because no request comes, because of a fault of the
 * client's, or because Headgate shuts down. Stands last in its pipeline.
 *
 * <p>
 * Shutdown takes two steps (RFC 9113, 6.8). The first GOAWAY says that no more requests are wanted, and
 * refuses none; a PING after it comes back when the client has read it. The second GOAWAY names the last
 * stream that is served. It is written past Netty's connection, which would treat everything but the head
 * that a client sends on a later stream as an error that ends the connection. Here those streams are refused
 * one by one, and the client sends their requests elsewhere.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the end of the connection tells what any of them could
final class Http2Session extends ChannelDuplexHandler {

    private static final AttributeKey<Http2Session> KEY = AttributeKey.valueOf("headgate.http2-session");

    /** The content of the PING after the first GOAWAY: "headgate". */
    private static final long FAREWELL = 0x68656164_67617465L;

    private final Channel channel;
    private final Http2FrameCodec codec;
    private final Port port;
    private final Deadline deadline;
    private final IdleTime idle;
    private final UploadWindow uploads;
    private final AnswerWindows answers;
    private final FrameBudget budget;
    private final Http2Frames frames;
    private final Duration headerTimeout;
    /** Set while a head is coming and has not come whole; null if that never was so. */
    private @Nullable Deadline head;
    private final Ticker ticker;
    /** The client has been told that this many streams may be open. */
    private final int maxStreams;
    private int streams;
    /** It has had a request, and has none now. */
    private boolean idling;
    private boolean announced;
    /** The client has read the first GOAWAY. The thread that shuts down looks at this too. */
    private volatile boolean settled;
    /** The last stream that is served; -1 until that is known. */
    private int last = -1;

    private Http2Session(Channel channel, Http2FrameCodec codec, Port port, ClientLimits limits,
            Ticker ticker) {
        this.channel = channel;
        this.codec = codec;
        this.port = port;
        this.deadline = new Deadline(channel.eventLoop(), ticker, this::late);
        this.idle = new IdleTime(port, limits.idleTimeout(), limits.maxConnections(), ticker);
        this.maxStreams = codec.connection().remote().maxActiveStreams();
        this.uploads = new UploadWindow(codec.connection(), channel);
        this.answers = new AnswerWindows(codec.connection(), uploads, ticker);
        this.ticker = ticker;
        this.headerTimeout = limits.headerTimeout();
        this.budget = FrameBudget.begin(channel.pipeline(), channel.pipeline().context(codec).name(), ticker);
        this.frames = new Http2Frames(codec.decoder().frameListener(), codec.connection(), answers, ticker);
    }

    /** Called when the codec stands in the pipeline. */
    static Http2Session begin(Channel channel, Port port, ClientLimits limits, Ticker ticker) {
        Http2FrameCodec codec = Objects.requireNonNull(channel.pipeline().get(Http2FrameCodec.class));
        Http2Session session = new Http2Session(channel, codec, port, limits, ticker);
        codec.gracefulShutdownTimeoutMillis(-1); // a close waits for the last stream, whatever the server
                                                 // says
        channel.attr(KEY).set(session);
        channel.pipeline().addLast(HandlerNames.SESSION, session);
        channel.pipeline().addBefore(channel.pipeline().context(codec).name(), HandlerNames.UPLOADS,
                session.uploads);
        channel.closeFuture().addListener(closed -> session.endDeadlines());
        session.deadline.in(limits.headerTimeout());
        codec.connection().addListener(session.new Ends());
        StreamResets.install(codec, session.budget, ticker);
        codec.decoder().frameListener(session.frames);
        session.uploads.fit();
        channel.flush();
        session.budget.tell(session);
        return session;
    }

    static @Nullable Http2Session of(Channel channel) {
        return channel.attr(KEY).get();
    }

    AnswerWindows answers() {
        return answers;
    }

    // Streams

    void began() {
        streams++;
        Memory.PROCESS.streamBegan();
        uploads.fit();
        idling = false;
        deadline.clear();
        if (port.closesConnections()) {
            announce();
        }
    }

    void ended() {
        streams--;
        Memory.PROCESS.streamEnded();
        uploads.taken();
        if (streams == 0) {
            idling = true;
            idle.begin(deadline);
        }
    }

    /** A stream has asked for more of its request. */
    void taken() {
        uploads.taken();
    }

    private void late() {
        if (!idling || idle.isOver(deadline)) {
            channel.close();
        }
    }

    /**
     * Whether a stream that has just begun is one too many, or comes after the last that is served. The
     * client may not have known: this is no fault of it, and no lane has seen the request (RFC 9113, 5.1.2
     * and 6.8).
     */
    boolean refuses(int stream) {
        return codec.connection().remote().numActiveStreams() > maxStreams || (last >= 0 && stream > last);
    }

    private void endDeadlines() {
        deadline.end();
        if (head != null) {
            head.end();
        }
    }

    // What it may send

    /** A lane has written this much of an answer. */
    void answered(int bytes) {
        budget.answered(bytes);
    }

    /** Whether the head of a stream had too many fields, of which none was passed on. */
    boolean hasTooManyFields(Channel stream) {
        return stream instanceof Http2StreamChannel of && frames.isTooLong(of.stream().id());
    }

    /** The protocol that a stream is to carry instead of an answer; null for none. */
    @Nullable
    String carries(Channel stream) {
        return stream instanceof Http2StreamChannel of ? frames.carries(of.stream().id()) : null;
    }

    /** A head was refused because of its size, which may have cost the client a byte for each field. */
    void refusedHead(int frames) {
        budget.spend(frames, "heads that are too large");
    }

    /**
     * Whether a head is coming that has not come whole.
     *
     * @param other it is another one than before, with a time of its own
     */
    void awaitsHead(boolean coming, boolean other) {
        if (!coming) {
            if (head != null) {
                head.clear();
            }
            return;
        }
        if (head == null) {
            head = new Deadline(channel.eventLoop(), ticker, this::headIsLate);
        }
        if (other || !head.isSet()) {
            head.in(headerTimeout);
        }
    }

    private void headIsLate() {
        if (uploads.isHolding()) {
            Objects.requireNonNull(head).in(headerTimeout); // we do not read: the rest may have come
        } else {
            end(Reason.HEADER_TIMEOUT, "the head of a request did not come whole");
        }
    }

    /** More has come of this than a client has use for. */
    void flooded(String what) {
        end(Reason.HTTP2_FLOOD, "more than its requests need: " + what);
    }

    private void end(Reason reason, String detail) {
        ChannelHandlerContext context = channel.pipeline().context(codec);
        if (context == null) {
            channel.close();
            return;
        }
        report(reason, detail);
        codec.onError(context, false,
                Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "%s", detail));
    }

    private void report(Reason reason, String detail) {
        if (Refused.why(channel) == null) {
            Refused.because(channel, reason);
            port.reports().closed(channel, reason, detail);
        }
    }

    // Shutdown

    /** No more requests are wanted; those that are on their way are still served. */
    void announce() {
        if (!announced) {
            announced = true;
            Http2GoAwayFrame soon = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
            soon.setExtraStreamIds(Integer.MAX_VALUE);
            channel.write(soon).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            channel.writeAndFlush(new DefaultHttp2PingFrame(FAREWELL));
        }
    }

    boolean isSettled() {
        return settled || !channel.isActive();
    }

    /** No more requests are served; the connection closes when its last answer is written. */
    void finish() {
        announce();
        if (last < 0) {
            last = codec.connection().remote().lastStreamCreated();
            ChannelHandlerContext context = channel.pipeline().context(codec);
            if (context != null) {
                codec.encoder().frameWriter().writeGoAway(context, last, Http2Error.NO_ERROR.code(),
                        Unpooled.EMPTY_BUFFER, context.newPromise());
            }
            channel.flush();
            Departure.of(channel).begin();
            channel.close();
        }
    }

    /** Reactor Netty sends a GOAWAY of its own when its server stops, which says nothing new. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof Http2GoAwayFrame && last >= 0) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else {
            context.write(message, promise);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2PingFrame ping && ping.ack() && ping.content() == FAREWELL) {
            settled = true;
        }
        context.fireChannelRead(message);
    }

    // Faults

    /**
     * Netty has told the client what it did wrong, unless it has gone. Neither is worth a line in the log.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof Http2Exception || cause instanceof IOException)) {
            context.fireExceptionCaught(cause);
        }
    }

    /** Reports why we end a connection, also to those who serve its streams. */
    private final class Ends extends Http2ConnectionAdapter {

        private static final int MAX_DETAIL = 200;
        private static final Pattern UNSAFE = Pattern.compile("[^ !#-\\[\\]-~]");

        @Override
        public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
            if (errorCode != Http2Error.NO_ERROR.code() && !isOfClosed(errorCode)) {
                report(reason(errorCode), printable(debugData));
            }
        }

        /**
         * The client has closed its connection while something was written. To Netty, that is an internal
         * error; nobody gets to read what it says.
         */
        private boolean isOfClosed(long errorCode) {
            return errorCode == Http2Error.INTERNAL_ERROR.code() && !channel.isActive();
        }

        /** Netty says in its own words what was wrong, and may quote the client. */
        private static String printable(ByteBuf debugData) {
            String text = debugData.toString(StandardCharsets.US_ASCII);
            return UNSAFE.matcher(text.substring(0, Math.min(text.length(), MAX_DETAIL))).replaceAll("?");
        }

        private static Reason reason(long errorCode) {
            return errorCode == Http2Error.ENHANCE_YOUR_CALM.code()
                    ? Reason.HTTP2_FLOOD
                    : errorCode == Http2Error.INTERNAL_ERROR.code()
                            ? Reason.INTERNAL_ERROR
                            : Reason.HTTP2_ERROR;
        }
    }

    /** How many there are now; any thread may ask, and get a number that is a moment old. */
    int streams() {
        return streams;
    }
}
