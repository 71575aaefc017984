package io.headgate.l7.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import reactor.netty.NettyPipeline;

/**
 * Waits until it is settled that a connection speaks HTTP/1.1. Where TLS and HTTP/2 are on, that is after the
 * handshake; without, it is so from the start.
 */
public final class OnceHttp1 extends ChannelInboundHandlerAdapter {

    private final Consumer<Channel> then;

    private OnceHttp1(Consumer<Channel> then) {
        this.then = then;
    }

    /** Does it now, later or, on a connection that becomes HTTP/2, never. */
    public static void then(Channel channel, Consumer<Channel> then) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            then.accept(channel);
        } else if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
            pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, "headgate.alpn", new OnceHttp1(then));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            ctx.pipeline().remove(this);
            if (ctx.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
                then.accept(ctx.channel());
            }
        }
        ctx.fireUserEventTriggered(event);
    }
}
