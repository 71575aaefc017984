package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.l7.port.Lingering;
import io.headgate.l7.port.Refused;
import io.headgate.net.LastSent;
import io.headgate.net.Memory;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/1.1 connection, between the codec and Reactor Netty's own handlers. Forwards the channel's
 * events to whatever {@link Pipelining} says owns the connection, and reads, writes and closes on its behalf.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what any of them could
final class ClientConnection extends ChannelDuplexHandler implements Client, TunnelClient {

    private final FastPath fastPath;
    private final Pipelining pipelining;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ClientOrigin origin;
    private @Nullable StalledClientWatch stalled;
    private @Nullable ChannelPromise leaving;

    ClientConnection(FastPath fastPath) {
        this.fastPath = fastPath;
        this.pipelining = new Pipelining(fastPath, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        Worker worker = fastPath.worker(ctx.channel().eventLoop());
        origin = new ClientOrigin(ctx.channel(), worker);
        stalled = new StalledClientWatch(worker, ctx,
                () -> pipelining.exchange() != null || pipelining.phase() == Phase.TUNNEL);
    }

    private StalledClientWatch stalled() {
        return Objects.requireNonNull(stalled);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    public ClientOrigin origin() {
        return Objects.requireNonNull(origin);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        pipelining.received(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange exchange = pipelining.exchange();
        if (exchange != null) {
            exchange.flushUpstream();
        }
        Tunnel tunnel = pipelining.tunnel();
        if (tunnel != null) {
            tunnel.clientReadComplete();
        }
        if (pipelining.phase().isSlow()) {
            ctx.fireChannelReadComplete();
        }
        resume();
    }

    @Override
    public void resume() {
        if (pipelining.wantsMore()) {
            readOn();
        }
    }

    void readOn() {
        context().read();
    }

    /**
     * Reactor Netty switches the channel to automatic reads when it does not mind what comes. Ends that;
     * false if there was nothing to end.
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

    /** Runs a task when the slow lane has finished with the request that it has answered. */
    void afterSlowLane(Runnable task) {
        SlowTurn.afterwards(context().channel(), task);
    }

    /** The slow lane asks for more. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (pipelining.maySlowLaneRead()) {
            ctx.read();
        }
    }

    // What goes to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ChannelPromise written = promise;
        if (message instanceof HttpObject part && pipelining.sent(part)) {
            written = promise.unvoid();
            written.addListener(done -> pipelining.answered());
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
        if (!ctx.channel().isWritable() || pipelining.phase() == Phase.CLOSING) {
            stalled().watch();
        } else {
            stalled().end();
            pipelining.clientWritable();
        }
        Exchange exchange = pipelining.exchange();
        if (exchange != null) {
            exchange.clientWritabilityChanged();
        }
        Tunnel tunnel = pipelining.tunnel();
        if (tunnel != null) {
            tunnel.clientWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exchangeEnded(boolean stays, boolean bodyComplete) {
        pipelining.ended();
        fastPath.ended();
        flush();
        boolean last = !stays || isLeaving();
        if (!bodyComplete && stays) {
            pipelining.drainRest();
        } else if (!bodyComplete || (last && pipelining.hasMore())) {
            linger();
        } else if (last) {
            closeAfterFlush();
        } else {
            pipelining.advance();
        }
    }

    @Override
    public boolean mayHandOver() {
        return pipelining.mayHandOver();
    }

    @Override
    public void handOver(HttpRequest anew, HandedBody body, HandOver told) {
        fastPath.ended();
        Channel channel = context().channel();
        HandOver.on(channel, told);
        pipelining.handOver(anew);
        HandOver.on(channel, null);
        pipelining.handOver(body);
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

    @Override
    public int switched() {
        return Tunnel.SWITCHED;
    }

    @Override
    public void writeBytes(ByteBuf bytes) {
        write(bytes);
    }

    @Override
    public void tunnel(Tunnel next) {
        pipelining.tunnel(next);
        fastPath.ended();
        next.begin();
        context().pipeline().remove(HttpServerCodec.class);
        resume();
    }

    // Ends

    /** The server shuts down. An exchange that is under way is finished first, a tunnel gets its time. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (pipelining.phase() == Phase.CLOSING && pipelining.hasMore() && ctx.channel().isActive()) {
            ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
            Lingering.close(ctx);
            return;
        }
        Tunnel tunnel = pipelining.phase() == Phase.TUNNEL ? pipelining.tunnel() : null;
        boolean busy = pipelining.phase() == Phase.FAST || tunnel != null;
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

    @Override
    public void tunnelEnded() {
        fastPath.tunnels().giveBack();
        if (context().channel().isActive()) {
            linger(); // it may be sending
        } else {
            closeAfterFlush();
        }
    }

    void closeAfterFlush() {
        pipelining.closing();
        stalled().watch();
        ChannelPromise promise = leaving != null ? leaving : context().newPromise();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener((ChannelFutureListener) written -> context().close(promise));
    }

    /** Closes while the client may still send: a reset would discard the answer that it has not read yet. */
    void linger() {
        pipelining.closing();
        stalled().watch();
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
        pipelining.closing();
        fastPath.ended();
        flush();
        if (byReset) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        context().close(leaving != null ? leaving : context().newPromise());
    }

    @Override
    public @Nullable Reason refused() {
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
        stalled().end();
        Exchange exchange = pipelining.exchange();
        if (exchange != null) {
            pipelining.closing();
            exchange.clientGone();
            fastPath.ended();
        }
        Tunnel tunnel = pipelining.tunnel();
        if (tunnel != null) {
            tunnel.clientGone();
        }
        pipelining.gone();
        if (leaving != null) {
            leaving.trySuccess();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (pipelining.phase().isSlow()) {
            ctx.fireExceptionCaught(cause);
        } else if (Refused.why(ctx.channel()) == null) {
            UncaughtFault.note(ctx.channel(), cause);
            ctx.close(); // channelInactive ends what is under way
        }
    }

    @Override
    public ClientConnection tunnelClient() {
        return this;
    }
}
