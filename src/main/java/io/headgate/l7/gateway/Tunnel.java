package io.headgate.l7.gateway;

import io.headgate.l7.port.Lingering;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * A WebSocket of a slow route, from its 101 on: bytes go both ways as they are, each side read as fast as the
 * other takes them. The sides may have event loops of their own. It ends when either side ends, when nothing
 * was sent for too long or when the member is taken out; Reactor Netty ends the exchange with the client's
 * connection. Whatever one side has sent before it ended is passed on first.
 */
final class Tunnel {

    /** How long a side may take to accept what is left for it, if its pool sets no limit. */
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(30);

    private final SlowRequest slow;
    private final Channel client;
    private final Channel member;
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    /** True until both sides have left HTTP; what comes meanwhile is kept. */
    private volatile boolean beginning;
    /** A side has ended meanwhile. On the client's event loop, as the next. */
    private boolean leaving;
    private boolean ended;

    Tunnel(SlowRequest slow, Channel client, Channel member) {
        this.slow = slow;
        this.client = client;
        this.member = member;
        SlowAttempt tried = slow.tried();
        if (tried != null) {
            tried.becomes(this);
        }
    }

    /**
     * Gives the client its 101.
     *
     * @param headers of the answer, as the route's filters have left them
     * @param idle zero for no limit
     */
    void begin(HttpHeaders headers, Duration idle) {
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        answer.headers().set(headers).remove(HttpHeaderNames.TRANSFER_ENCODING)
                .remove(HttpHeaderNames.CONTENT_LENGTH);
        beginning = true;
        client.eventLoop().execute(() -> switchTo(answer, idle));
    }

    private void switchTo(FullHttpResponse answer, Duration idle) {
        ChannelPipeline pipeline = client.pipeline();
        ChannelHandlerContext http = pipeline.context(NettyPipeline.HttpTrafficHandler);
        if (http == null || !client.isActive()) {
            answer.release();
            beginning = false;
            end(null);
            return;
        }
        client.config().setAutoRead(false);
        http.writeAndFlush(answer);
        if (!idle.isZero()) {
            pipeline.addBefore(NettyPipeline.ReactiveBridge, null,
                    new IdleStateHandler(0, 0, idle.toNanos(), TimeUnit.NANOSECONDS));
        }
        ClientSide side = new ClientSide();
        pipeline.addBefore(NettyPipeline.ReactiveBridge, null, side);
        pipeline.remove(NettyPipeline.HttpTrafficHandler);
        pipeline.remove(HttpServerCodec.class); // what it has read ahead comes to the client's side
        member.eventLoop().execute(() -> {
            Switching.begin(member, this);
            client.eventLoop().execute(side::begin);
        });
    }

    void fromMember(ByteBuf bytes) {
        bytesOut.add(bytes.readableBytes());
        client.write(bytes, client.voidPromise());
    }

    void memberReadComplete() {
        client.flush();
        if (client.isWritable() || !client.isActive()) { // a member that waits to be read reads nothing
            member.read();
        }
    }

    void memberWritable() {
        client.read();
    }

    /**
     * Closes both sides once they have accepted the bytes that wait for them, or have not done so in time.
     * Called by any thread.
     *
     * @param reason null where one of them has ended it
     */
    void end(@Nullable Reason reason) {
        if (!client.eventLoop().inEventLoop()) {
            client.eventLoop().execute(() -> end(reason));
        } else if (beginning && reason == null) {
            leaving = true;
        } else if (!ended) {
            ended = true;
            slow.tunnelled(bytesIn.sum(), bytesOut.sum(), reason);
            close(client);
            close(member);
            member.read();
        }
    }

    /**
     * Closes a side after what waits for it was sent. A side that accepts nothing is closed after the pool's
     * time to send.
     */
    private void close(Channel side) {
        Future<?> late = side.eventLoop().schedule(() -> side.close(), limit().toNanos(),
                TimeUnit.NANOSECONDS);
        side.closeFuture().addListener(closed -> late.cancel(false));
        side.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess() && side instanceof DuplexChannel) {
                Lingering.close(side.pipeline().firstContext()); // a reset would discard what is on its way
            } else {
                side.close();
            }
        });
    }

    private Duration limit() {
        Member asked = slow.attempts().last();
        Duration send = asked == null ? Duration.ZERO : asked.pool().spec().timeouts().send();
        return send.isZero() ? USUAL_LIMIT : send;
    }

    /** What comes before the member's side is no longer HTTP waits here. */
    private final class ClientSide extends ChannelInboundHandlerAdapter {

        private final Queue<ByteBuf> early = new ArrayDeque<>();

        void begin() {
            beginning = false;
            for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
                toMember(bytes);
            }
            member.flush();
            if (leaving) {
                end(null);
            } else {
                client.read();
            }
        }

        private void toMember(ByteBuf bytes) {
            bytesIn.add(bytes.readableBytes());
            member.write(bytes, member.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!(message instanceof ByteBuf bytes)) {
                ReferenceCountUtil.release(message);
            } else if (beginning) {
                early.add(bytes);
            } else {
                toMember(bytes);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (beginning) {
                return;
            }
            member.flush();
            if (member.isWritable()) {
                ctx.read();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                member.read();
            }
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof IdleStateEvent) {
                end(Reason.IDLE_TIMEOUT);
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end(null);
            ctx.fireChannelInactive();
        }
    }
}
