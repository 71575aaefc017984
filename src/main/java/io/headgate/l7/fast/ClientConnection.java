package io.headgate.l7.fast;

import io.headgate.l7.port.Lingering;
import io.headgate.l7.port.Refused;
import io.headgate.net.LastSent;
import io.headgate.net.Memory;
import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection, between the codec and Reactor Netty's own handlers: brings what happens on it to
 * those whose turn it is ({@link Turns}), and does for them what there is to be done with it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what any of them could
final class ClientConnection extends ChannelDuplexHandler implements Client {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final FastPath fastPath;
    private final Turns turns;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Worker worker;
    private @Nullable ForwardedHeaders forwarded;
    private @Nullable Stall stall;
    private @Nullable OwnUpstreams logins;
    private @Nullable ChannelPromise leaving;

    ClientConnection(FastPath fastPath) {
        this.fastPath = fastPath;
        this.turns = new Turns(fastPath, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        worker = fastPath.worker(ctx.channel().eventLoop());
        stall = new Stall(worker, ctx, () -> turns.exchange() != null || turns.phase() == Phase.TUNNEL);
    }

    private Stall stall() {
        return Objects.requireNonNull(stall);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    Worker worker() {
        return Objects.requireNonNull(worker);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        turns.received(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange exchange = turns.exchange();
        if (exchange != null) {
            exchange.flushUpstream();
        }
        Tunnel tunnel = turns.tunnel();
        if (tunnel != null) {
            tunnel.clientReadComplete();
        }
        if (turns.phase().isSlow()) {
            ctx.fireChannelReadComplete();
        }
        resume();
    }

    @Override
    public void resume() {
        if (turns.wantsMore()) {
            readOn();
        }
    }

    void readOn() {
        context().read();
    }

    /**
     * Reactor Netty leaves it to the channel to read on where it has no use for what comes. Ends that; false
     * where there was nothing to end.
     */
    boolean stopsReading() {
        ChannelConfig config = context().channel().config();
        boolean reading = config.isAutoRead();
        if (reading) {
            config.setAutoRead(false);
        }
        return reading;
    }

    /** Gives a message to the slow lane. */
    void passOn(Object message) {
        context().fireChannelRead(message);
    }

    /** Does something when the slow lane has nothing more to do for the request that it has answered. */
    void afterSlowLane(Runnable task) {
        SlowTurn.afterwards(context().channel(), task);
    }

    /** The slow lane asks for more. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (turns.maySlowLaneRead()) {
            ctx.read();
        }
    }

    // What goes to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ChannelPromise written = promise;
        if (message instanceof HttpObject part && turns.sent(part)) {
            written = promise.unvoid();
            written.addListener(done -> turns.answered());
        }
        ctx.write(message, written);
    }

    @Override
    public void write(Object message) {
        context().write(message, context().voidPromise());
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
        return context().channel().bytesBeforeWritable();
    }

    @Override
    public long lastSent() {
        return LastSent.millisAgo(context().channel());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable() || turns.phase() == Phase.CLOSING) {
            stall().watch();
        } else {
            stall().end();
            turns.clientWritable();
        }
        Exchange exchange = turns.exchange();
        if (exchange != null) {
            exchange.clientWritabilityChanged();
        }
        Tunnel tunnel = turns.tunnel();
        if (tunnel != null) {
            tunnel.clientWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exchangeEnded(boolean stays, boolean bodyComplete) {
        turns.ended();
        fastPath.ended();
        flush();
        boolean last = !stays || isLeaving();
        if (!bodyComplete && stays) {
            turns.drainRest();
        } else if (!bodyComplete || (last && turns.hasMore())) {
            linger();
        } else if (last) {
            closeAfterFlush();
        } else {
            turns.advance();
        }
    }

    /** Whether one more tunnel may be opened. */
    boolean hasRoomForTunnel() {
        return fastPath.tunnels().hasRoom(tunnelLimits().max());
    }

    /** Takes the place of a tunnel; false where there is none. */
    boolean takeTunnel() {
        return fastPath.tunnels().take(tunnelLimits().max());
    }

    TunnelLimits tunnelLimits() {
        return fastPath.tunnelLimits();
    }

    void tunnel(Tunnel next) {
        turns.tunnel(next);
        fastPath.ended();
        next.begin();
        context().pipeline().remove(HttpServerCodec.class);
        resume();
    }

    // Ends

    /** The server shuts down: an exchange that is under way is finished first, a tunnel has its time. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (turns.phase() == Phase.CLOSING && turns.hasMore() && ctx.channel().isActive()) {
            ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
            Lingering.close(ctx);
            return;
        }
        Tunnel tunnel = turns.phase() == Phase.TUNNEL ? turns.tunnel() : null;
        boolean busy = turns.phase() == Phase.FAST || tunnel != null;
        if (!busy || !ctx.channel().isActive()) {
            ctx.close(promise);
            return;
        }
        leaving = promise;
        if (tunnel != null) {
            tunnel.drain(tunnelLimits().drain());
        }
    }

    @Override
    public boolean isLeaving() {
        return leaving != null;
    }

    void tunnelEnded() {
        fastPath.tunnels().giveBack();
        closeAfterFlush();
    }

    void closeAfterFlush() {
        turns.closing();
        stall().watch();
        ChannelPromise promise = leaving != null ? leaving : context().newPromise();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener((ChannelFutureListener) written -> context().close(promise));
    }

    /** Closes under a client that still sends: a reset would take the answer that it has not read yet. */
    void linger() {
        turns.closing();
        stall().watch();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                Lingering.close(context());
            } else {
                context().close();
            }
        });
    }

    @Override
    public void abort(boolean byReset) {
        turns.closing();
        fastPath.ended();
        flush();
        if (byReset) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        context().close(leaving != null ? leaving : context().newPromise());
    }

    /** Why the guard ended the connection; null where it did not. */
    @Nullable
    Reason refused() {
        return Refused.why(context().channel());
    }

    @Override
    public void close() {
        context().close();
    }

    @Override
    public Reason whyGone() {
        Reason refused = refused();
        return refused != null ? refused : Reason.CLIENT_GONE;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stall().end();
        Exchange exchange = turns.exchange();
        if (exchange != null) {
            turns.closing();
            exchange.clientGone();
            fastPath.ended();
        }
        Tunnel tunnel = turns.tunnel();
        if (tunnel != null) {
            tunnel.clientGone();
        }
        turns.gone();
        if (leaving != null) {
            leaving.trySuccess();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (turns.phase().isSlow()) {
            ctx.fireExceptionCaught(cause);
        } else if (Refused.why(ctx.channel()) == null) {
            if (Shortage.isCauseOf(cause)) {
                Refused.because(ctx.channel(), Reason.INTERNAL_ERROR);
                Shortage.report(cause);
            } else if (!(cause instanceof IOException)) {
                Refused.because(ctx.channel(), Reason.INTERNAL_ERROR);
                LOG.error("serving a request failed", cause);
            }
            ctx.close(); // channelInactive ends what is under way
        }
    }

    // Who the client is

    @Nullable
    InetSocketAddress peer() {
        return Peer.of(context().channel());
    }

    @Override
    public ForwardedHeaders forwarded() {
        ForwardedHeaders known = forwarded;
        if (known == null) {
            known = ForwardedHeaders.of(context().channel(), worker());
            forwarded = known;
        }
        return known;
    }

    @Override
    public @Nullable OwnUpstreams logins() {
        return logins;
    }

    @Override
    public OwnUpstreams ownLogins() {
        OwnUpstreams own = logins;
        if (own == null) {
            own = OwnUpstreams.of(context().channel());
            logins = own;
        }
        return own;
    }

    @Override
    public ClientConnection connection() {
        return this;
    }
}
