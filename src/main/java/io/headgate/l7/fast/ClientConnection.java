package io.headgate.l7.fast;

import io.headgate.l7.client.Refused;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.Draws;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestView;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection, between the codec and Reactor Netty's own handlers. Decides the lane of each request
 * and lets one request at a time be under way, so that answers leave in the order in which requests came,
 * whichever lane each of them takes; what the client sends ahead waits here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what any of them could
final class ClientConnection extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    /** As much of an unwanted body is read so that the connection can stay. */
    private static final long MAX_DRAINED = 256 * 1024;

    private enum Phase {
        /** No request is under way. */
        BETWEEN,
        /** An exchange is. */
        FAST,
        /** The answer is out, the request's body is not: it is read and thrown away. */
        DRAINING,
        /** Reactor Netty has a request. */
        SLOW,
        /** Bytes, no longer HTTP: a tunnel of ours, or Reactor Netty's. */
        TUNNEL,
        HANDED_OVER,
        /** Nothing is read any longer. */
        CLOSING
    }

    private final FastPath fastPath;
    private final ArrayDeque<Object> ahead = new ArrayDeque<>(0);
    private final SlowTurn slow = new SlowTurn();
    private Phase phase = Phase.BETWEEN;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Worker worker;
    private @Nullable ForwardedHeaders forwarded;
    private @Nullable Exchange exchange;
    private @Nullable Tunnel tunnel;
    private @Nullable ChannelPromise leaving;
    private boolean advancing;
    /** A read that the slow lane has asked for and that has not been passed on. */
    private boolean readLater;
    private long drained;

    ClientConnection(FastPath fastPath) {
        this.fastPath = fastPath;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        worker = fastPath.worker(ctx.channel().eventLoop());
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Worker worker() {
        return Objects.requireNonNull(worker);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (phase) {
            case HANDED_OVER -> ctx.fireChannelRead(message);
            case CLOSING -> ReferenceCountUtil.release(message);
            case TUNNEL -> {
                if (message instanceof ByteBuf bytes && tunnel != null) {
                    tunnel.clientBytes(bytes);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case BETWEEN, FAST, DRAINING, SLOW -> {
                if (!(message instanceof HttpObject)) {
                    ctx.fireChannelRead(message);
                } else if (!ahead.isEmpty() || isTaken()) {
                    ahead.add(message);
                } else {
                    take(message);
                }
            }
        }
    }

    /** Whether a request is under way that has been received in whole: the next message begins another. */
    private boolean isTaken() {
        return switch (phase) {
            case FAST -> exchange != null && exchange.requestComplete();
            case SLOW -> slow.isRequestComplete();
            default -> false;
        };
    }

    private void take(Object message) {
        switch (phase) {
            case SLOW -> pass(message);
            case FAST -> {
                if (message instanceof HttpContent content && exchange != null) {
                    exchange.body(content);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case DRAINING -> drain(message);
            case BETWEEN -> {
                if (message instanceof HttpRequest request) {
                    begin(request);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case TUNNEL, HANDED_OVER, CLOSING -> ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        FastRoute route = null;
        RequestView view = null;
        if (request instanceof HttpContent || !FastLane.takes(request)) {
            pass(request);
            return;
        }
        try {
            view = new RequestView(request, peer(), new Draws(worker().surroundings().random()));
            route = fastPath.routes().find(view) instanceof Compiled.Fast fast ? fast.route() : null;
        } catch (IllegalArgumentException e) {
            route = null; // a query that cannot be decoded: the slow lane says what becomes of it
        }
        if (route == null || view == null) {
            pass(request);
            return;
        }
        RequestHead head = RequestHead.of(request);
        phase = Phase.FAST;
        fastPath.began();
        Exchange mine = new Exchange(this, worker(), route, new RequestDraft(view, route), request, head);
        exchange = mine;
        mine.begin();
    }

    /** Hands a message to the slow lane. */
    private void pass(Object message) {
        phase = Phase.SLOW;
        slow.inbound(message);
        context().fireChannelRead(message);
        if (slow.isOver()) {
            advanceLater();
        }
    }

    private void drain(Object message) {
        if (message instanceof HttpContent content) {
            drained += content.content().readableBytes();
            content.release();
            if (!content.decoderResult().isSuccess() || drained > MAX_DRAINED) {
                closeAfterFlush();
            } else if (content instanceof LastHttpContent) {
                advance();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.flushUpstream();
        }
        if (tunnel != null) {
            tunnel.clientReadComplete();
        }
        if (phase == Phase.SLOW || phase == Phase.HANDED_OVER) {
            ctx.fireChannelReadComplete();
        }
        resume();
    }

    /**
     * Reads on where there is room for more. Outside of the slow lane a read is always asked for, to see the
     * end.
     */
    void resume() {
        boolean wanted = switch (phase) {
            case BETWEEN, DRAINING, CLOSING -> true;
            case FAST -> ahead.isEmpty() && exchange != null && exchange.wantsMore();
            case TUNNEL -> tunnel != null && tunnel.wantsMore();
            case SLOW, HANDED_OVER -> false;
        };
        if (wanted) {
            context().read();
        }
    }

    /**
     * The slow lane asks for more; it gets it once the next request, which waits here already, has its turn.
     */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (ahead.isEmpty()) {
            ctx.read();
        } else {
            readLater = true;
        }
    }

    // Turns

    /** What was under way is over: on to what has been sent ahead. */
    private void advance() {
        phase = Phase.BETWEEN;
        if (advancing) {
            return;
        }
        advancing = true;
        while (!ahead.isEmpty() && !isTaken() && phase != Phase.CLOSING) {
            take(ahead.poll());
        }
        advancing = false;
        if (exchange != null) {
            exchange.flushUpstream();
        }
        if (phase == Phase.BETWEEN && leaving != null) {
            closeAfterFlush();
        }
        if (readLater && ahead.isEmpty()) {
            readLater = false;
            context().read();
        }
        resume();
    }

    /** After the slow lane has finished what it is doing now. */
    private void advanceLater() {
        context().executor().execute(() -> {
            if (phase == Phase.SLOW && slow.isOver()) {
                if (slow.closes()) {
                    phase = Phase.CLOSING; // Reactor Netty closes; what waits is released with the connection
                } else {
                    advance();
                }
            }
        });
    }

    /**
     * The exchange is over, its answer written.
     *
     * @param stays whether the connection may serve another request
     * @param bodyComplete whether the request had been received in whole
     */
    void exchangeEnded(boolean stays, boolean bodyComplete) {
        exchange = null;
        fastPath.ended();
        context().flush();
        if (!bodyComplete && stays) {
            drained = 0;
            phase = Phase.DRAINING;
            resume();
        } else if (!bodyComplete) {
            linger();
        } else if (!stays || leaving != null) {
            closeAfterFlush();
        } else {
            advance();
        }
    }

    void tunnel(Tunnel next) {
        exchange = null;
        tunnel = next;
        phase = Phase.TUNNEL;
        fastPath.ended();
        next.begin();
        context().pipeline().remove(fastPath.codec());
        resume();
    }

    // What goes to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (phase == Phase.SLOW && message instanceof HttpObject) {
            if (message instanceof HttpResponse response && response.status().code() == 101) {
                phase = Phase.HANDED_OVER;
            } else {
                slow.outbound(message);
                if (slow.isOver()) {
                    advanceLater();
                }
            }
        }
        ctx.write(message, promise);
    }

    void write(Object message) {
        context().write(message, context().voidPromise());
    }

    /** Writes what is HTTP no longer. */
    void writeRaw(ByteBuf bytes) {
        write(bytes);
    }

    void flush() {
        context().flush();
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientWritabilityChanged();
        }
        if (tunnel != null) {
            tunnel.clientWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    // Ends

    /** The server shuts down: an exchange that is under way is finished first. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (phase == Phase.FAST && ctx.channel().isActive()) {
            leaving = promise;
        } else {
            ctx.close(promise);
        }
    }

    boolean isLeaving() {
        return leaving != null;
    }

    void closeAfterFlush() {
        phase = Phase.CLOSING;
        ChannelPromise promise = leaving != null ? leaving : context().newPromise();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener((ChannelFutureListener) written -> context().close(promise));
    }

    /** Closes so that an answer that the client has not read yet is not lost to a reset. */
    private void linger() {
        phase = Phase.CLOSING;
        Lingering.close(context());
    }

    /** Closes in the middle of an answer. */
    void abort(boolean byReset) {
        exchange = null;
        fastPath.ended();
        phase = Phase.CLOSING;
        context().flush();
        if (byReset) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        context().close(leaving != null ? leaving : context().newPromise());
    }

    /** Why the connection is gone under a request. */
    Reason whyGone() {
        Reason refused = Refused.why(context().channel());
        return refused != null ? refused : Reason.CLIENT_GONE;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange mine = exchange;
        if (mine != null) {
            exchange = null;
            mine.clientGone();
            fastPath.ended();
        }
        if (tunnel != null) {
            tunnel.clientGone();
        }
        phase = phase == Phase.HANDED_OVER ? phase : Phase.CLOSING;
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        if (leaving != null) {
            leaving.trySuccess();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (phase == Phase.SLOW || phase == Phase.HANDED_OVER) {
            ctx.fireExceptionCaught(cause);
        } else if (Refused.why(ctx.channel()) == null) {
            if (!(cause instanceof IOException)) {
                LOG.error("serving a request failed", cause);
            }
            ctx.close(); // channelInactive ends what is under way
        }
    }

    // Who the client is

    private @Nullable InetSocketAddress peer() {
        return Peer.of(context().channel());
    }

    ForwardedHeaders forwarded() {
        ForwardedHeaders known = forwarded;
        if (known == null) {
            known = new ForwardedHeaders(worker().surroundings().forwarding().get(), peer(),
                    Peer.isSecure(context().channel()));
            forwarded = known;
        }
        return known;
    }

    String address() {
        return forwarded().client();
    }

    /** The Host header as received; the fast lane takes no request without one. */
    String host(RequestDraft draft) {
        return Objects.requireNonNull(draft.received().host());
    }
}
