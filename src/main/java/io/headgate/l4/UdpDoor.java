package io.headgate.l4;

import io.headgate.net.Descriptors;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** Those whose clients have another one by now, as long as an answer may still come. */
    private final Set<UdpSession> left = new HashSet<>();
    private final Shunned shunned = new Shunned();
    /** Those with datagrams that have not been flushed. */
    private final List<UdpSession> touched = new ArrayList<>();
    private volatile @Nullable Listener listener;
    private boolean shut;
    private boolean flushing;

    UdpDoor(Shared shared) {
        this.shared = shared;
    }

    /** From now on, clients belong to this listener. */
    void serve(Listener next) {
        listener = next;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf content = DatagramIntake.copy(ctx.alloc(), packet.content());
        UdpSession session = sessions.get(packet.sender());
        if (session != null && session.isUnanswered()) {
            sessions.remove(packet.sender());
            left.add(session);
            session.giveUp();
            session = null;
        }
        if (session == null) {
            session = open(ctx.channel(), packet.sender());
        }
        if (session == null) {
            content.release();
        } else if (session.fromClient(content)) {
            touched.add(session);
        }
    }

    private @Nullable UdpSession open(Channel socket, InetSocketAddress client) {
        Listener current = listener;
        Admission admission = current == null || current.paused() || shut ? null : admit(current, client);
        if (admission == null) {
            return null;
        }
        UdpSession session = new UdpSession(shared, admission, this, socket,
                shared.wheels().of(socket.eventLoop()));
        sessions.put(client, session);
        session.begin();
        return session.ended() ? null : session;
    }

    /**
     * A datagram that waits is answered too late: where there is no descriptor for its client, it is lost.
     */
    private static @Nullable Admission admit(Listener listener, InetSocketAddress client) {
        if (Descriptors.PROCESS.isFull()) {
            listener.turnedAway(client, Reason.TOO_MANY_CONNECTIONS);
            return null;
        }
        return listener.admit(client);
    }

    /** Which members clients are not given again so soon. */
    Shunned shunned() {
        return shunned;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (UdpSession session : touched) {
            session.flush();
        }
        touched.clear();
    }

    /** The session is over. */
    void ended(UdpSession session, Channel socket) {
        left.remove(session);
        sessions.remove(session.client(), session); // the client may have another one by now
        closeIfDone(socket);
    }

    /** Lets no new client in; the socket is closed when the last session is over. */
    void shut(Channel socket) {
        Future<?> _ = socket.eventLoop().submit(() -> {
            shut = true;
            closeIfDone(socket);
        }).awaitUninterruptibly();
    }

    private void closeIfDone(Channel socket) {
        if (shut && sessions.isEmpty() && left.isEmpty()) {
            flush(socket);
            ChannelFuture _ = socket.close();
        }
    }

    /**
     * Sends an answer to a client, together with those of other members that came at the same time. One that
     * finds no room is lost, as any datagram may be.
     */
    void answer(Channel socket, DatagramPacket packet) {
        boolean empty = !packet.content().isReadable();
        if (empty && EmptyDatagram.sent(socket, packet.recipient())) {
            packet.release();
            return;
        }
        if (empty || !socket.isWritable()) {
            socket.flush();
        }
        if (!socket.isWritable()) {
            packet.release();
            return;
        }
        ChannelFuture _ = socket.write(packet, socket.voidPromise());
        if (empty) {
            socket.flush();
        } else if (!flushing) {
            flushing = true;
            socket.eventLoop().execute(() -> flush(socket));
        }
    }

    private void flush(Channel socket) {
        flushing = false;
        socket.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        List<UdpSession> all = new ArrayList<>(sessions.values());
        all.addAll(left);
        for (UdpSession session : all) {
            session.end(Reason.SHUTDOWN, Outcome.UNKNOWN);
        }
    }

    /** Some client cannot be reached, or sent something odd: that is no reason to stop serving others. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("A datagram was lost", cause);
    }
}
