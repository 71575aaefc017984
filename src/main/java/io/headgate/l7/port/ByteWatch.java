package io.headgate.l7.port;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the codec and tells the guard that bytes have come, so that the time for a head starts with
 * its first byte.
 */
final class ByteWatch extends ChannelInboundHandlerAdapter {

    private final ClientGuard guard;

    ByteWatch(ClientGuard guard) {
        this.guard = guard;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        guard.bytesCame();
        ctx.fireChannelRead(msg);
    }
}
