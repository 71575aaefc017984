package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Counts the clients of a listening socket in {@link Descriptors}, and accepts nobody while there are too
 * many. Stands first in the socket's pipeline.
 *
 * <p>
 * Netty makes a pause of its own after a failure, and then switches accepting on. So one client more is
 * accepted, and this one begins the pause again.
 */
public final class AcceptGate extends ChannelInboundHandlerAdapter {

    private final Descriptors descriptors;
    private @Nullable AcceptPause pause;

    public AcceptGate(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Channel socket = ctx.channel();
        pause = new AcceptPause(descriptors, socket, () -> socket.config().setAutoRead(true));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Channel client) {
            descriptors.enter();
            client.closeFuture().addListener(closed -> descriptors.leave());
            if (pause != null) {
                pause.accepted();
            }
        }
        ctx.fireChannelRead(message);
    }
}
