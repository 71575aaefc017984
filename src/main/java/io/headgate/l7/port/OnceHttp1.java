package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import reactor.netty.NettyPipeline;

/**
 * Waits until it is settled whether a connection speaks HTTP/1.1. Where TLS and HTTP/2 are on, that is after
 * the handshake; without TLS it is taken to be so from the start, until it begins with HTTP/2.
 */
public final class OnceHttp1 extends ChannelInboundHandlerAdapter {

    private final Consumer<Channel> then;

    private final Consumer<Channel> http2;

    private OnceHttp1(Consumer<Channel> then, Consumer<Channel> http2) {
        this.then = then;
        this.http2 = http2;
    }

    /**
     * Does it now or later.
     *
     * @param http2 what is done on a connection that speaks HTTP/2: instead, or after all
     */
    public static void then(Channel channel, Consumer<Channel> then, Consumer<Channel> http2) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            then.accept(channel);
            NoUpgrade.install(pipeline, http2);
        } else if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
            pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, "headgate.alpn", new OnceHttp1(then, http2));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            ctx.pipeline().remove(this);
            if (ctx.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
                then.accept(ctx.channel());
            } else if (ctx.pipeline().get(NettyPipeline.H2MultiplexHandler) != null) {
                http2.accept(ctx.channel());
            }
        }
        ctx.fireUserEventTriggered(event);
    }
}
