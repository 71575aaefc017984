package io.headgate.l7.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClient;

/**
 * A member's connection that may leave HTTP. After the head of a 101, everything is bytes. They are kept here
 * until the {@link Tunnel} takes them, even if the member has closed the connection by then. For Reactor
 * Netty, the answer ends with its connection.
 */
final class Switching extends ChannelInboundHandlerAdapter {

    /** On the connection: a handler cannot be found once the connection is closed. */
    private static final AttributeKey<Switching> SWITCHING = AttributeKey.valueOf(Switching.class,
            "switching");

    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private boolean switched;
    private @Nullable Tunnel tunnel;

    /** A client for WebSockets; its connections are its own. */
    static HttpClient watched(HttpClient client) {
        return client.observe(new Observer());
    }

    private static final class Observer implements ConnectionObserver {

        @Override
        public void onStateChange(Connection connection, State state) {
            if (state.equals(State.CONNECTED)) {
                ChannelPipeline pipeline = connection.channel().pipeline();
                ChannelHandlerContext codec = pipeline.context(HttpClientCodec.class);
                if (codec != null) {
                    Switching switching = new Switching();
                    connection.channel().attr(SWITCHING).set(switching);
                    pipeline.addAfter(codec.name(), null, switching);
                    pipeline.addAfter(codec.name(), null, new FinalAnswers(true));
                    pipeline.addAfter(codec.name(), null, new HeadDeadline());
                }
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!switched) {
            switched = message instanceof HttpResponse head && head.status().code() == 101;
            ctx.fireChannelRead(message);
        } else if (!(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message); // the empty end of the 101
        } else if (tunnel != null) {
            tunnel.fromMember(bytes);
        } else {
            early.add(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (tunnel != null) {
            tunnel.memberReadComplete();
        } else {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (tunnel != null && ctx.channel().isWritable()) {
            tunnel.memberWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    /** Called on the connection's event loop. */
    static void begin(Channel member, Tunnel tunnel) {
        Switching switching = member.attr(SWITCHING).get();
        if (switching == null) {
            tunnel.end(null);
        } else {
            switching.begin(tunnel, member);
        }
    }

    /** What a connection has become; null for one that speaks HTTP. Called on its event loop. */
    static @Nullable Tunnel tunnel(Channel member) {
        Switching switching = member.attr(SWITCHING).get();
        return switching == null ? null : switching.tunnel;
    }

    private void begin(Tunnel next, Channel member) {
        for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
            next.fromMember(bytes);
        }
        tunnel = next;
        if (member.isActive()) {
            member.config().setAutoRead(false);
            member.pipeline().remove(HttpClientCodec.class); // what it has read ahead comes through here
            next.memberReadComplete();
        } else {
            next.end(null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (tunnel != null) {
            tunnel.end(null);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (tunnel != null) {
            tunnel.end(cause instanceof Failure failure ? failure.why() : null);
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /**
     * The connection is closed. What the member said before is still for the client, if a tunnel comes; if
     * none does, nobody releases it, so it goes to the heap.
     */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (!early.isEmpty()) {
            ByteBuf kept = Unpooled.copiedBuffer(early.toArray(ByteBuf[]::new));
            early.forEach(ByteBuf::release);
            early.clear();
            early.add(kept);
        }
    }
}
