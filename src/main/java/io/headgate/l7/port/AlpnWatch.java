package io.headgate.l7.port;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import reactor.netty.NettyPipeline;

/**
 * Waits for the TLS handshake (ALPN) to settle whether a connection speaks HTTP/1.1 or HTTP/2. Reactor Netty
 * has set up the rest of the pipeline by then.
 */
final class AlpnWatch extends ChannelInboundHandlerAdapter {

    private final Port port;

    private AlpnWatch(Port port) {
        this.port = port;
    }

    /**
     * Waits.
     *
     * @throws IllegalStateException when Reactor Netty does not wait: such a connection would have no guard
     */
    static void await(ChannelPipeline pipeline, Port port) {
        if (pipeline.get(NettyPipeline.H2OrHttp11Codec) == null) {
            throw new IllegalStateException(
                    "protocols: " + pipeline.names() + " (expected: HTTP/1.1, with or without HTTP/2)");
        }
        pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, HandlerNames.ALPN, new AlpnWatch(port));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            ctx.pipeline().remove(this);
            if (ctx.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
                port.http1(ctx.channel());
            } else if (ctx.pipeline().get(NettyPipeline.H2MultiplexHandler) != null) {
                port.http2(ctx.channel());
            }
        }
        ctx.fireUserEventTriggered(event);
    }
}
