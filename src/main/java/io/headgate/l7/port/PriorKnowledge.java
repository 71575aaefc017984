package io.headgate.l7.port;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler.PriorKnowledgeUpgradeEvent;
import io.netty.util.concurrent.Ticker;

/**
 * If HTTP/2 is accepted in clear text, waits for the client's first bytes: HTTP/2 ("prior knowledge"), or
 * HTTP/1.1, which it then speaks to the end. Offers to upgrade from HTTP/1.1 are ignored: RFC 9113 has
 * dropped them, Netty would collect the body of such a request first, and Reactor Netty lets it refuse every
 * request with a body.
 */
final class PriorKnowledge extends ChannelInboundHandlerAdapter {

    private final Port port;

    private PriorKnowledge(Port port) {
        this.port = port;
    }

    /** Does nothing if the server does not accept HTTP/2. */
    static void await(ChannelPipeline pipeline, Port port, Ticker ticker) {
        ChannelHandlerContext upgrades = pipeline.context(HttpServerUpgradeHandler.class);
        if (upgrades != null) {
            FrameBudget.await(pipeline, ticker); // what has come by then goes to the codec itself
            pipeline.addBefore(upgrades.name(), HandlerNames.PRIOR_KNOWLEDGE, new PriorKnowledge(port));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpObject) {
            ctx.pipeline().remove(HttpServerUpgradeHandler.class);
            ctx.pipeline().remove(HandlerNames.FRAMES);
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof PriorKnowledgeUpgradeEvent) {
            ctx.pipeline().remove(this);
            port.http2(ctx.channel());
        }
        ctx.fireUserEventTriggered(event);
    }
}
