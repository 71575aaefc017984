package io.headgate.l7.fast;

import io.headgate.net.Memory;
import io.headgate.net.Shortage;
import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/2 to a member, shared by the requests of one event loop. It serves from the moment the
 * member has sent its settings, which say how many streams it takes, until it leaves: from then on it gets no
 * more streams, and closes after its last one.
 *
 * <p>
 * Each stream may have one window of unread data, and the connection's window has room for all of them: a
 * client that does not read its answer holds up no other.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what any of them could
final class Http2MemberConnection extends ChannelInboundHandlerAdapter implements MemberConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Http2MemberConnection.class);

    /** At once, if the member takes as many. */
    static final int MAX_STREAMS = 100;

    /**
     * Bytes. A head that is too long for us is read to its end if it is shorter than this (and a quarter), so
     * that it ends its own stream and not the connection, which others share.
     */
    private static final int READABLE_HEAD = 1 << 20;

    /** At most this many flushes are merged into one. */
    private static final int MAX_FLUSHES = 256;

    /** That the last words may take on a connection whose member does not read. */
    private static final long LAST_WORDS_MILLIS = 1000;

    private final Worker worker;
    private final UpstreamTarget target;
    private final UpstreamAge age;
    private final Http2Dial dial;
    private final Http2FrameCodec codec;
    private final Http2Silence silence;
    private final List<Http2Upstream> streams = new ArrayList<>();
    private @Nullable Http2StreamChannelBootstrap bootstrap;
    private @Nullable ChannelHandlerContext context;
    private int window;
    private boolean serving;
    private boolean leaving;
    private boolean idle;
    private boolean used;

    /** @param dial hears once whether it can serve */
    Http2MemberConnection(Worker worker, UpstreamTarget target, Http2Dial dial) {
        this.worker = worker;
        this.target = target;
        this.dial = dial;
        this.age = new UpstreamAge(worker.now());
        this.silence = new Http2Silence(worker.now());
        this.window = Memory.PROCESS.share();
        this.codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings().pushEnabled(false).initialWindowSize(window)
                        .maxHeaderListSize(READABLE_HEAD))
                .encoderIgnoreMaxHeaderListSize(true) // the member says what is too large for it
                .build();
    }

    /** Begins on an open channel, secured if it has to be. */
    void begin(Channel channel) {
        channel.pipeline().addLast(new FlushConsolidationHandler(MAX_FLUSHES, true), codec,
                new Http2MultiplexHandler(new ChannelInitializer<>() {

                    @Override
                    protected void initChannel(Channel pushed) {
                        pushed.close(); // which it must not have been
                    }
                }), this);
        bootstrap = new Http2StreamChannelBootstrap(channel).option(ChannelOption.AUTO_READ, false);
        widen(channel);
        channel.config().setAutoRead(true);
    }

    /** The connection's window has room for those of all streams. */
    private void widen(Channel channel) {
        Http2Stream whole = codec.connection().connectionStream();
        int more = MAX_STREAMS * window
                - codec.connection().local().flowController().initialWindowSize(whole);
        if (more > 0) {
            channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(more));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        worker.opened(this);
        counts().opened();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    Channel channel() {
        return context().channel();
    }

    @Override
    public UpstreamTarget target() {
        return target;
    }

    UpstreamAge age() {
        return age;
    }

    // Streams

    /** Whether a request more can go out on it now. */
    boolean hasRoom() {
        Http2Connection.Endpoint<?> ours = codec.connection().local();
        return serving && !leaving && channel().isActive()
                && streams.size() < Math.min(MAX_STREAMS, ours.maxActiveStreams()) && ours.canOpenStream();
    }

    /** A stream for a request. There is room. */
    Http2Upstream open() {
        Http2Upstream stream = new Http2Upstream(worker, this, used);
        Objects.requireNonNull(bootstrap).handler(stream).open(); // at once, on its own event loop
        if (idle) {
            idle = false;
            counts().taken();
        } else if (used) {
            counts().shared();
        }
        if (streams.isEmpty()) {
            silence.begin(worker.now());
        }
        used = true;
        streams.add(stream);
        return stream;
    }

    /** This stream is over. May be called again. */
    void ended(Http2Upstream stream) {
        if (streams.remove(stream) && streams.isEmpty()) {
            rest();
        }
    }

    private void rest() {
        Member member = target.member();
        if (leaving || (member != null && member.availability() != Availability.UP)) {
            leave();
            return;
        }
        age.idles(worker.now());
        if (serving && !idle) {
            idle = true;
            counts().kept();
        }
    }

    /** Whether it has no stream. */
    boolean isIdle() {
        return idle;
    }

    /** Whether the member takes more of this stream: both it and the connection have a window. */
    boolean hasWindow(int id) {
        Http2Stream stream = codec.connection().stream(id);
        Http2RemoteFlowController windows = codec.connection().remote().flowController();
        return stream != null && windows.windowSize(stream) > 0
                && windows.windowSize(codec.connection().connectionStream()) > 0;
    }

    /** The member has sent something of an answer. */
    void answers() {
        silence.answers();
    }

    /** A request that began then was given up without an answer: perhaps nobody is there any more. */
    void gaveUp(long begunAt) {
        if (silence.isDoubtful(worker.now(), begunAt)) {
            leave();
        }
    }

    // Its end

    /** No more streams; it closes after the last one. */
    void leave() {
        leaving = true;
        if (streams.isEmpty()) {
            close();
        } else {
            worker.http2().leaves(this);
        }
    }

    /** What is under way on it goes on for a while, as Netty has it; nothing more goes out on it. */
    private void end(ChannelHandlerContext ctx) {
        leave();
        ctx.close();
    }

    void close() {
        leaving = true;
        worker.http2().remove(this);
        notIdle();
        Channel channel = channel();
        channel.close();
        if (channel.isOpen()) {
            channel.eventLoop().schedule(() -> channel.unsafe().close(channel.voidPromise()),
                    LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void notIdle() {
        if (idle) {
            idle = false;
            counts().dropped();
        }
    }

    @Override
    public void evict(Reason reason) {
        leaving = true;
        new ArrayList<>(streams).forEach(stream -> stream.evict(reason));
        close();
    }

    /** Looks whether the member is still there, and whether its windows are of the right size. */
    void sweep(long now) {
        switch (silence.look(now, !streams.isEmpty())) {
            case FINE -> {
                // or it will be asked later
            }
            case ASK -> context().writeAndFlush(new DefaultHttp2PingFrame(now));
            case DEAD -> {
                LOG.info("{} does not answer a PING: its connection is closed", target.key());
                channel().unsafe().close(channel().voidPromise());
                return;
            }
        }
        int share = Memory.PROCESS.share();
        if (share < window || share >= 4 * window) { // not at each step to and fro
            window = share;
            context().writeAndFlush(
                    new DefaultHttp2SettingsFrame(new Http2Settings().initialWindowSize(share)));
            widen(channel());
        }
    }

    // Events

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2SettingsFrame && !serving) {
            serving = true;
            dial.serves(this);
        } else if (frame instanceof Http2GoAwayFrame) {
            leave();
        }
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        silence.heard();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            end(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (Shortage.isCauseOf(cause)) {
            Shortage.report(cause);
        } else if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)
                && !(cause instanceof Http2Exception)) {
            LOG.error("A connection to {} failed", target.key(), cause);
        }
        end(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leaving = true;
        notIdle();
        worker.closed(this);
        worker.http2().remove(this);
        if (!serving) {
            dial.failed(new IOException("the member closed the connection before it had sent its settings"));
        }
    }
}
