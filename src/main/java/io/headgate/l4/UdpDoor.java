package io.headgate.l4;

import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the datagrams of one UDP socket and hands each to its client's session. Socket and sessions live on
 * one event loop.
 */
final class UdpDoor extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(UdpDoor.class);

    private final Shared shared;
    private final Map<InetSocketAddress, UdpSession> sessions = new HashMap<>();
    /** Those with datagrams that have not been flushed. */
    private final List<UdpSession> touched = new ArrayList<>();
    private volatile @Nullable Listener listener;

    UdpDoor(Shared shared) {
        this.shared = shared;
    }

    /** Whose clients they are from now on. */
    void serve(Listener next) {
        listener = next;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        UdpSession session = sessions.get(packet.sender());
        if (session == null) {
            session = open(ctx.channel(), packet.sender());
        }
        if (session == null) {
            packet.release();
        } else if (session.fromClient(packet.content())) {
            touched.add(session);
        }
    }

    private @Nullable UdpSession open(Channel socket, InetSocketAddress client) {
        Listener current = listener;
        Admission admission = current == null || current.paused() ? null : current.admit(client);
        if (admission == null) {
            return null;
        }
        UdpSession session = new UdpSession(shared, admission, this, socket,
                shared.wheels().of(socket.eventLoop()));
        sessions.put(client, session);
        session.begin();
        return session.ended() ? null : session;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (UdpSession session : touched) {
            session.flush();
        }
        touched.clear();
    }

    /** The session is over. */
    void ended(UdpSession session) {
        sessions.remove(session.client());
    }

    /** Sends an answer to a client; one that finds no room is lost, as any datagram may be. */
    void answer(Channel socket, DatagramPacket packet) {
        if (socket.isWritable()) {
            ChannelFuture _ = socket.write(packet, socket.voidPromise());
        } else {
            packet.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (UdpSession session : List.copyOf(sessions.values())) {
            session.end(Reason.SHUTDOWN, Outcome.UNKNOWN);
        }
    }

    /** Some client cannot be reached, or sent something odd: that is no reason to stop serving others. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("A datagram was lost", cause);
    }
}
