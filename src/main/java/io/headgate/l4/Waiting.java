package io.headgate.l4;

import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a session once its channel has an event loop, and holds the client's place while a member is looked
 * for. What the client sends meanwhile stays with the kernel; a client that resets the connection ends the
 * search.
 */
final class Waiting extends ChannelInboundHandlerAdapter {

    static final String NAME = "waiting";

    private static final Logger log = LoggerFactory.getLogger(Waiting.class);

    private final Session session;

    Waiting(Session session) {
        this.session = session;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        session.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        session.read(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session.readComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            session.inputEnded();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        session.end(null, Outcome.UNKNOWN);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case Intake.Refused refused -> {
                if (Sockets.isDead(ctx.channel())) {
                    session.end(null, Outcome.UNKNOWN);
                }
            }
            case DecoderException invalid -> session.end(Reason.BAD_PROXY_HEADER, Outcome.UNKNOWN);
            case IOException gone -> session.end(null, Outcome.UNKNOWN);
            default -> {
                log.error("A waiting connection failed", cause);
                session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
            }
        }
    }
}
