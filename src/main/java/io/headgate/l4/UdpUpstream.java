package io.headgate.l4;

import io.headgate.net.ClientSource;
import io.headgate.net.Shortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a {@link UdpSession} towards its member. What the client sends before it is connected waits
 * here.
 */
final class UdpUpstream extends ChannelInboundHandlerAdapter {

    /** Datagrams that are kept while the member's name is resolved. */
    private static final int PATIENCE = 16;

    private final UdpSession session;
    private final ChannelFactory<? extends DatagramChannel> channels;
    private final DatagramIntake intake = DatagramIntake.ofOne();
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private @Nullable DatagramChannel channel;
    private boolean connected;

    UdpUpstream(UdpSession session, ChannelFactory<? extends DatagramChannel> channels) {
        this.session = session;
        this.channels = channels;
    }

    /**
     * Begins to connect; false if this machine has no socket for it.
     *
     * @param source the address that the member sees; null for this machine's
     */
    boolean connect(EventLoop loop, SocketAddress address, @Nullable ClientSource source) {
        DatagramChannel made;
        try {
            made = channels.newChannel();
            if (source != null) {
                source.permit(made);
            }
        } catch (ChannelException e) {
            Shortage.report(e);
            return false;
        }
        channel = made;
        made.config().setRecvByteBufAllocator(intake);
        made.pipeline().addLast(this);
        if (loop.register(made).cause() != null) {
            return false; // the kernel watches no more descriptors, or has no memory for it
        }
        ChannelFuture _ = made.connect(address, source == null ? null : source.address())
                .addListener(done -> {
                    if (done.isSuccess()) {
                        connected = true;
                        session.connected();
                        early.forEach(content -> write(made, content));
                        early.clear();
                        made.flush();
                    } else {
                        session.connectFailed();
                    }
                });
        return true;
    }

    /**
     * Passes a datagram on, or keeps it until the socket is connected.
     *
     * @return whether it has to be flushed
     */
    boolean send(ByteBuf content) {
        DatagramChannel to = channel;
        if (to != null && connected) {
            write(to, content);
            return true;
        }
        if (early.size() < PATIENCE) {
            early.add(content);
        } else {
            content.release();
        }
        return false;
    }

    private static void write(DatagramChannel to, ByteBuf content) {
        if (!content.isReadable() && EmptyDatagram.sent(to, null)) {
            content.release();
        } else if (to.isWritable()) {
            ChannelFuture _ = to.write(content, to.voidPromise());
        } else {
            content.release();
        }
    }

    void flush() {
        DatagramChannel to = channel;
        if (to != null) {
            to.flush();
        }
    }

    void close() {
        early.forEach(ByteBuf::release);
        early.clear();
        DatagramChannel to = channel;
        if (to != null) {
            ChannelFuture _ = to.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        session.fromMember(DatagramIntake.copy(ctx.alloc(), ((DatagramPacket) message).content()));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (intake.takeEmpty() && connected) {
            session.fromMember(Unpooled.EMPTY_BUFFER);
        }
        session.answersRead();
    }

    /** The member's system says that nobody listens there. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        session.unreachable();
    }
}
