package io.headgate.l4;

import io.headgate.net.AcceptPause;
import io.headgate.net.Descriptors;
import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a listening socket accepts. A client that is not let in never reaches an event loop. While there
 * are as many clients as there are file descriptors for, and for a moment after none was left, nobody is
 * accepted: clients wait in the system's queue.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final long PAUSE_MILLIS = 100;
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

    private final Shared shared;
    private final Queue<SocketChannel> held = new ArrayDeque<>();
    private volatile @Nullable Listener listener;
    private @Nullable Channel socket;
    private @Nullable AcceptPause pause;

    Acceptor(Shared shared) {
        this.shared = shared;
    }

    /** From now on, clients belong to this listener. */
    void serve(Listener next) {
        listener = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        socket = ctx.channel();
        pause = new AcceptPause(Descriptors.PROCESS, socket, this::goOn);
    }

    /**
     * Accepts again, unless the listener is paused or there are too many clients, and lets in who was
     * accepted after the pause had begun. On the listening socket's loop.
     */
    void goOn() {
        Listener current = listener;
        if (socket == null || pause == null || current == null || current.paused() || !socket.isOpen()) {
            return;
        }
        try {
            for (SocketChannel child = held.poll(); child != null; child = held.poll()) {
                accepted(child);
            }
        } finally { // one that fails must not keep out all others
            if (!pause.isHolding()) {
                socket.config().setAutoRead(true);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        SocketChannel child = (SocketChannel) message;
        Listener current = listener;
        if (current != null && current.paused()) {
            held.add(child); // epoll's accept may be under way when the pause begins
        } else {
            accepted(child);
            if (pause != null) {
                pause.accepted();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        held.forEach(Sockets::resetUnregistered);
    }

    private void accepted(SocketChannel child) {
        Listener current = listener;
        InetSocketAddress client = child.remoteAddress();
        Admission admission = current == null || client == null ? null : current.admit(client);
        if (admission == null) {
            Sockets.resetUnregistered(child);
            return;
        }
        if (admission.spec().protocol() instanceof ListenerProtocol.Http) {
            HttpSession.begin(admission, child);
            return;
        }
        try {
            Sockets.prepare(child, admission.intake(), admission.spec().socket());
        } catch (ChannelException e) { // the client is gone already
            Sockets.resetUnregistered(child);
            admission.leave();
            return;
        }
        EventLoop loop = shared.loops().next();
        Session session = new Session(admission, child, shared.wheels().of(loop));
        child.pipeline().addLast(Waiting.NAME, new Waiting(session));
        ChannelFuture _ = loop.register(child).addListener(registered -> {
            if (!registered.isSuccess()) {
                unregistered(admission, registered.cause());
            }
        });
    }

    /** A connection that no event loop takes. */
    static void unregistered(Admission admission, Throwable cause) {
        log.error("A connection could not be registered", cause);
        admission.listener().turnedAway(admission.client(), Reason.INTERNAL_ERROR);
        admission.leave();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.channel().config().setAutoRead(false);
        Future<?> _ = ctx.executor().schedule(this::goOn, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        Shortage.report(cause);
    }
}
