package io.headgate.l7.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;

/**
 * Takes no offer to go on in HTTP/2 in clear text, which RFC 9113 has dropped; who knows that we speak it
 * begins with it. Netty would collect such a request's body first, and Reactor Netty lets it refuse every one
 * that has any.
 */
final class NoUpgrade extends ChannelInboundHandlerAdapter {

    private NoUpgrade() {
    }

    /** Only where offers would be taken. */
    static void install(ChannelPipeline pipeline) {
        ChannelHandlerContext upgrades = pipeline.context(HttpServerUpgradeHandler.class);
        if (upgrades != null) {
            pipeline.addBefore(upgrades.name(), "headgate.no-upgrade", new NoUpgrade());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            String offer = request.headers().get(HttpHeaderNames.UPGRADE);
            if (offer != null && !HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(offer)) {
                request.headers().remove(HttpHeaderNames.UPGRADE).remove("http2-settings");
            }
        }
        ctx.fireChannelRead(message);
    }
}
