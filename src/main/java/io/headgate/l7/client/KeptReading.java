package io.headgate.l7.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;

/**
 * Asks for the next request where Reactor Netty 1.3.7 forgets to: a request that came before the one before
 * it was quite over waits in a queue, and when it is answered within the call that takes it out, nobody reads
 * the connection any more (reactor-netty issue 4361, mended in 1.3.8). A client that only uses a kept
 * connection quickly waits for ever then.
 */
public final class KeptReading extends ChannelInboundHandlerAdapter {

    static final String NAME = "headgate.kept-reading";

    private KeptReading() {
    }

    /** Called for each HTTP/1.1 connection of a server of Reactor Netty's. */
    public static void install(Channel channel) {
        channel.pipeline().addAfter(NettyPipeline.HttpTrafficHandler, NAME, new KeptReading());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        boolean last = message instanceof LastHttpContent;
        ctx.fireChannelRead(message);
        if (last && ChannelOperations.get(ctx.channel()) == null) {
            ctx.read();
        }
    }
}
