package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.port.Refused;
import io.headgate.l7.port.Untaken;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestView;
import io.headgate.net.Memory;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a client's HTTP/2 connection, which is one request. It is between the codec that makes HTTP/1.1
 * messages of frames and Reactor Netty's own handlers. A request for the slow lane goes on to these, and this
 * handler leaves the pipeline.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what any of them could
final class ClientStream extends ChannelInboundHandlerAdapter implements Client {

    /**
     * From the moment no more is read to the reset. Each frame that the client has sent by then would be
     * answered by a reset of its own, and those are counted.
     */
    private static final Duration UNDER_WAY = Duration.ofMillis(250);

    private final FastPath fastPath;
    private final ClientOrigin origin;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private boolean taken;
    /** All of the request has come. */
    private boolean complete;
    /** The end of the answer being written, if it comes before the end of the request. */
    private @Nullable ChannelPromise answered;
    private long drained;
    private int handedOver;
    /** The request asks for a WebSocket: what follows its head is no body. */
    private boolean webSocket;
    /** Of a stream that asks, or has asked before it was handed over, for a WebSocket. */
    private @Nullable StreamTunnel tunnel;
    /** The slow lane has the request. */
    private boolean passed;
    /**
     * Set when the exchange is over: the client may never take the rest of its answer, or end its request.
     */
    private final Timed rest = new Timed() {

        @Override
        void expired() {
            reset(answered != null && answered.isSuccess() ? Http2Error.NO_ERROR : Http2Error.CANCEL);
        }
    };

    ClientStream(FastPath fastPath, ClientOrigin origin) {
        this.fastPath = fastPath;
        this.origin = origin;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        complete |= message instanceof LastHttpContent;
        if (!taken && message instanceof HttpRequest request && !begin(request)) {
            FastLane.escape(request);
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(message);
            return;
        }
        if (message instanceof HttpContent content) {
            if (webSocket && tunnel != null) {
                tunnel.carried(content);
            } else {
                body(content);
            }
        } else if (webSocket) {
            body(LastHttpContent.EMPTY_LAST_CONTENT);
        } else if (!(message instanceof HttpRequest)) {
            ReferenceCountUtil.release(message);
        }
    }

    /** Takes a request; false if it is for the slow lane. */
    private boolean begin(HttpRequest request) {
        webSocket = FastLane.asksForWebSocket(request);
        if (!FastLane.takes(request) && !webSocket) {
            return false;
        }
        HttpRequest head = complete
                ? new DefaultHttpRequest(request.protocolVersion(), request.method(), request.uri(),
                        request.headers())
                : request;
        RequestView view = origin.view(head, fastPath.random());
        FastRoute route = FastLane.takes(request) ? fastPath.find(view) : null;
        if (route == null && webSocket) {
            route = fastPath.withoutWebSockets(view);
        } else if (route == null) {
            return false;
        }
        taken = true;
        if (webSocket && tunnel == null) {
            tunnel = new StreamTunnel(fastPath, this, context().channel());
        }
        context().channel().config().setAutoRead(false);
        fastPath.began();
        Exchange mine = new Exchange(this, origin.worker(), route, view, head);
        exchange = mine;
        mine.begin();
        return true;
    }

    void body(HttpContent content) {
        if (passed) {
            context().fireChannelRead(content instanceof LastHttpContent last
                    ? new DefaultLastHttpContent(content.content(), last.trailingHeaders())
                    : content);
            return;
        }
        Exchange mine = exchange;
        if (mine != null) {
            mine.body(content);
            return;
        }
        boolean enough = drained > Pipelining.MAX_DRAINED;
        drained += content.content().readableBytes();
        content.release();
        if (!enough && drained > Pipelining.MAX_DRAINED && answered != null) {
            answered.addListener(written -> rest.deadline(origin.worker().in(UNDER_WAY)));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!taken) {
            ctx.fireChannelReadComplete();
            return;
        }
        Exchange mine = exchange;
        if (mine != null) {
            mine.flushUpstream();
        }
        Tunnel own = openTunnel();
        if (own != null) {
            own.clientReadComplete();
        }
        resume();
    }

    /** Also reads the rest of a request that has its answer, and reads on to see the stream's end. */
    @Override
    public void resume() {
        Tunnel own = openTunnel();
        if (own != null) {
            if (own.wantsMore()) {
                context().read();
            }
            return;
        }
        Exchange mine = exchange;
        if (mine != null && webSocket) {
            return; // it has to wait for the answer, and a reset is told without a read
        }
        if (mine == null ? drained <= Pipelining.MAX_DRAINED : mine.wantsMore()) {
            context().read();
        }
    }

    // What goes to the client

    @Override
    public void write(Object message) {
        ChannelHandlerContext ctx = context();
        if (complete || !(message instanceof LastHttpContent) || isInformational(message)) {
            ctx.write(message, ctx.voidPromise());
        } else {
            ChannelPromise promise = ctx.newPromise();
            answered = promise;
            ctx.write(message, promise);
        }
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse head
                && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean isWritable() {
        return Memory.PROCESS.isWritable(context().channel());
    }

    @Override
    public long unsent() {
        return Untaken.ofStream(context().channel(), origin.windows());
    }

    @Override
    public long lastSent() {
        return Untaken.millisOfStream(context().channel(), origin.windows());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange mine = exchange;
        if (mine != null) {
            mine.clientWritabilityChanged();
        }
        Tunnel own = openTunnel();
        if (own != null) {
            own.clientWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    // Ends

    /** Netty closes the connection after its last stream. */
    @Override
    public boolean isLeaving() {
        return false;
    }

    @Override
    public void exchangeEnded(boolean stays, boolean bodyComplete) {
        Worker worker = origin.worker();
        worker.deadlines().add(rest);
        rest.deadline(exchange == null ? Timed.NEVER : worker.in(exchange.patience()));
        ended();
        if (tunnel != null) {
            tunnel.releaseEarly();
        }
        flush();
        resume();
    }

    @Override
    public boolean mayHandOver() {
        return handedOver < HandOver.MOST;
    }

    @Override
    public void handOver(HttpRequest anew, HandedBody body, HandOver told) {
        handedOver++;
        ended();
        KeptBodies.Share share = body.share();
        if (share != null) {
            context().channel().closeFuture().addListener(closed -> share.giveBack());
        }
        if (begin(anew)) {
            Exchange mine = exchange;
            body.parts().forEach(this::body);
            if (mine != null) {
                mine.flushUpstream();
            }
            resume();
            return;
        }
        passed = true;
        taken = false;
        ChannelHandlerContext ctx = context();
        FastLane.escape(anew);
        ctx.pipeline().remove(this);
        HandOver.on(ctx.channel(), told);
        ctx.fireChannelRead(anew);
        body.parts().forEach(this::body);
        ctx.fireChannelReadComplete();
        ctx.channel().config().setAutoRead(true);
    }

    /** The client must not mistake what it has of the answer for all of it. */
    @Override
    public void abort(boolean byReset) {
        ended();
        reset(Http2Error.INTERNAL_ERROR);
    }

    @Override
    public void close() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    /** What is left of the stream after its tunnel has this time to end. */
    void endWithin(Duration time) {
        Worker worker = origin.worker();
        worker.deadlines().add(rest);
        rest.deadline(worker.in(time));
    }

    boolean hasExchange() {
        return exchange != null;
    }

    private @Nullable Tunnel openTunnel() {
        return tunnel == null ? null : tunnel.open();
    }

    void ended() {
        exchange = null;
        fastPath.ended();
    }

    private void reset(Http2Error why) {
        context().writeAndFlush(new DefaultHttp2ResetFrame(why));
        context().close();
    }

    /**
     * The client has reset the stream. What it sent before is read, because unread it would hold up the
     * close.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (taken && event instanceof Http2ResetFrame) {
            clientGone();
            ctx.read();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clientGone();
        origin.worker().deadlines().remove(rest);
        ctx.fireChannelInactive();
    }

    private void clientGone() {
        Exchange mine = exchange;
        if (mine != null) {
            ended();
            mine.clientGone();
        }
        if (tunnel != null) {
            tunnel.clientGone();
        }
    }

    @Override
    public Reason whyGone() {
        Reason refused = Refused.why(context().channel());
        return refused != null ? refused : Reason.CLIENT_GONE;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!taken) {
            ctx.fireExceptionCaught(cause);
        } else if (Refused.why(ctx.channel()) == null) {
            UncaughtFault.note(ctx.channel(), cause);
            reset(Http2Error.INTERNAL_ERROR);
        }
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public ClientOrigin origin() {
        return origin;
    }

    @Override
    public @Nullable TunnelClient tunnelClient() {
        return tunnel;
    }
}
