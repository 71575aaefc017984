package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler.PriorKnowledgeUpgradeEvent;
import java.util.function.Consumer;

/**
 * Waits, where HTTP/2 is taken in clear text, for what a client begins with: HTTP/2, or HTTP/1.1 for good.
 * Takes no offer to change over later, which RFC 9113 has dropped; who knows that we speak it begins with it.
 * Netty would collect such a request's body first, and Reactor Netty lets it refuse every one that has any.
 */
final class NoUpgrade extends ChannelInboundHandlerAdapter {

    private final Consumer<Channel> http2;

    private NoUpgrade(Consumer<Channel> http2) {
        this.http2 = http2;
    }

    /** Only where HTTP/2 may come, or offers of it would be taken. */
    static void install(ChannelPipeline pipeline, Consumer<Channel> http2) {
        ChannelHandlerContext upgrades = pipeline.context(HttpServerUpgradeHandler.class);
        if (upgrades != null) {
            pipeline.addBefore(upgrades.name(), "headgate.no-upgrade", new NoUpgrade(http2));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpObject) {
            ctx.pipeline().remove(HttpServerUpgradeHandler.class);
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof PriorKnowledgeUpgradeEvent) {
            ctx.pipeline().remove(this);
            http2.accept(ctx.channel());
        }
        ctx.fireUserEventTriggered(event);
    }
}
