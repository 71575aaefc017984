package io.headgate.l4;

import io.headgate.net.LastSent;
import io.headgate.net.Pipes;
import io.headgate.net.Shortage;
import io.headgate.net.Unacknowledged;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a {@link Relay}: reads from its own channel and writes to the other one. It asks for bytes only
 * while the other channel has room; so at most the upper water mark and one read wait in memory.
 *
 * <p>
 * A side goes through two independent ends. Its <em>input</em> ends when the peer has ended its sending; that
 * is passed on once all bytes before it have been flushed. Its <em>output</em> ends when the other side's
 * input has. After both it is over, and its channel closed at once, though the other side may still be
 * delivering.
 */
final class Leg extends ChannelInboundHandlerAdapter {

    private static final String NAME = "leg";
    private static final Logger log = LoggerFactory.getLogger(Leg.class);

    private final Relay relay;
    private final DuplexChannel channel;
    private final Intake intake;
    private final DuplexChannel other;
    /** The outcome for the member if this side breaks off. */
    private final Outcome broken;
    private final @Nullable Siphon siphon;
    /** Whether both sockets are epoll's, and only this handler is between them. */
    private final boolean bare;
    private long bytes;
    private long spliced;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean delivers;
    private @Nullable Leg opposite;
    /** What the peer had accepted at the last look, and since when that has not changed. */
    private long taken;
    private long takenSince;

    Leg(Relay relay, DuplexChannel channel, Intake intake, DuplexChannel other, Outcome broken,
            boolean plain, @Nullable Pipes pipes) {
        this.relay = relay;
        this.channel = channel;
        this.intake = intake;
        this.other = other;
        this.broken = broken;
        this.bare = plain && channel instanceof EpollSocketChannel && other instanceof EpollSocketChannel;
        this.siphon = pipes != null && channel instanceof EpollSocketChannel source
                && other instanceof EpollSocketChannel sink ? new Siphon(this, source, sink, pipes) : null;
    }

    void start(Leg opposite) {
        this.opposite = opposite;
        if (channel.pipeline().get(Waiting.NAME) != null) {
            channel.pipeline().replace(Waiting.NAME, NAME, this);
        } else {
            channel.pipeline().addLast(NAME, this);
        }
        intake.open(other, siphon);
        if (bare) {
            intake.tellEnd();
        }
    }

    /** Sends on what was read before, and reads, unless that was all. */
    void begin(@Nullable ByteBuf first, boolean ended) {
        if (first != null) {
            bytes += first.readableBytes();
            ChannelFuture _ = other.writeAndFlush(first, other.voidPromise());
        }
        if (ended) {
            endInput();
        } else {
            channel.read();
        }
    }

    void stop() {
        Sockets.reset(channel);
        if (siphon != null) {
            siphon.close();
        }
    }

    long bytes() {
        return bytes;
    }

    /** How many of the bytes were not copied. */
    long spliced() {
        return spliced;
    }

    /** Bytes were taken by splice. */
    void moved(long more) {
        bytes += more;
        spliced += more;
        relay.active();
    }

    /** Bytes taken by splice have been written. */
    void listen() {
        if (channel.isOpen() && mayRead()) {
            channel.read();
        }
    }

    /** This side broke off. */
    void broken() {
        relay.broken(this, broken);
    }

    /** This side broke off: closes it, but what was taken from it waits on. */
    void cut() {
        Sockets.reset(channel);
    }

    /** The other side broke off: nothing is read for it any more, and all that waits is written. */
    void deliver() {
        delivers = true;
        if (siphon != null) {
            siphon.close();
        }
        Sockets.stopReading(channel);
        ChannelFuture _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> relay.lookAtLast());
    }

    /**
     * How many bytes wait, here and in the kernel, until the peer confirms them; none for a peer that broke
     * off, of which no handler hears because nothing is read.
     */
    long owedBytes() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null || !channel.isOpen() || Sockets.isDead(channel)
                ? 0
                : waiting(out) + Unacknowledged.bytes(channel);
    }

    boolean tellsWhatIsConfirmed() {
        return Unacknowledged.isKnown(channel);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    private boolean mayRead() {
        return other.isWritable() && !inputEnded && !intake.ended() && !waits();
    }

    private boolean waits() {
        return siphon != null && siphon.waits();
    }

    /** Whether the peer has ended its sending. */
    boolean ended() {
        return inputEnded;
    }

    /** Whether there is nothing left to do, in order. */
    boolean over() {
        return inputEnded && outputEnded;
    }

    /**
     * Whether the peer has reset the connection. This must be asked only after its input has ended: then
     * epoll reports the reset endlessly, but to no handler.
     */
    boolean dead() {
        return inputEnded && !outputEnded && Sockets.isDead(channel);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (delivers) {
            ReferenceCountUtil.release(message);
            return;
        }
        bytes += ((ByteBuf) message).readableBytes();
        relay.active();
        if (siphon != null) {
            siphon.last();
        }
        ChannelFuture _ = other.write(message, other.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (intake.ended()) {
            return; // the end follows at once and goes with the last bytes
        }
        other.flush();
        if (mayRead()) {
            channel.read();
        } else if (siphon != null && siphon.waits()) {
            siphon.deafen();
        }
    }

    /** This side's peer accepts bytes again: the other side may be read. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Leg from = opposite;
        if (from != null && from.mayRead()) {
            other.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            peerEnded();
        }
    }

    private void peerEnded() {
        if (!inputEnded) {
            Sockets.stopReading(channel);
            endInput();
        }
    }

    private void endInput() {
        if (!inputEnded) {
            inputEnded = true;
            relay.halfClosed();
            if (bare && sendsAll()) {
                endOther();
            } else {
                ChannelFuture _ = other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this::endOther);
            }
            closeWhenOver();
        }
    }

    /** Flushes the last bytes, which wait for the end to go with them; whether they are gone. */
    private boolean sendsAll() {
        ChannelOutboundBuffer out = other.unsafe().outboundBuffer();
        if (out == null || waits()) {
            return false;
        }
        if (out.totalPendingWriteBytes() > 0) {
            Sockets.cork((EpollSocketChannel) other);
            other.flush();
        }
        return out.isEmpty() && out.totalPendingWriteBytes() == 0 && other.isOpen();
    }

    private void endOther(Future<? super Void> flushed) {
        Leg leg = opposite;
        if (leg != null && !flushed.isSuccess()) {
            leg.broken();
        } else {
            endOther();
        }
    }

    /** All bytes have been flushed. */
    private void endOther() {
        Leg leg = opposite;
        if (leg == null) {
            relay.failed(Reason.INTERNAL_ERROR);
        } else if (bare) {
            leg.outputEnded(Sockets.endBareOutput((EpollSocketChannel) other));
        } else {
            ChannelFuture _ = Sockets.endOutput(other)
                    .addListener(shutdown -> leg.outputEnded(shutdown.isSuccess()));
        }
    }

    private void outputEnded(boolean orderly) {
        if (!orderly) {
            broken();
            return;
        }
        outputEnded = true;
        intake.openForTheRest();
        if (intake.refused() && !inputEnded) {
            channel.read();
        }
        closeWhenOver();
    }

    private void closeWhenOver() {
        if (over()) {
            Sockets.close(channel);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (over()) {
            relay.closed();
        } else {
            broken();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case Intake.Refused refused -> {
                if (refused == Intake.Refused.ENDED) {
                    peerEnded();
                } else if (refused != Intake.Refused.SPLICED && !mayRead() && Sockets.isDead(channel)) {
                    broken();
                }
            }
            case IOException gone -> broken();
            default -> {
                if (Shortage.isCauseOf(cause)) {
                    Shortage.report(cause);
                } else {
                    log.error("A relayed connection failed", cause);
                }
                relay.failed(Reason.INTERNAL_ERROR);
            }
        }
    }

    /** Whether the peer has accepted more than at the last look. */
    boolean drained(long now) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        Leg from = opposite;
        long pending = out == null ? 0 : waiting(out);
        long accepted = (from == null ? 0 : from.bytes) - pending;
        boolean moved = accepted > taken;
        taken = accepted; // what waits is counted with Netty's overhead, so it can fall as well
        if (moved || pending == 0) {
            takenSince = now;
        } else {
            takenSince = Math.max(takenSince, now - Wheel.ticks(LastSent.millisAgo(channel)));
        }
        return moved;
    }

    private long waiting(ChannelOutboundBuffer out) {
        Siphon from = opposite == null ? null : opposite.siphon;
        boolean spliced = from != null && out.current() == from;
        return out.totalPendingWriteBytes() - (spliced ? 0 : out.currentProgress())
                + (from == null ? 0 : from.waiting());
    }

    /** Whether data waits for the peer and it has taken nothing for that long. */
    boolean stalled(long now, long limit) {
        return limit != 0 && now - takenSince >= limit;
    }

    @Override
    public String toString() {
        return channel + " " + bytes + " bytes" + (inputEnded ? ", input ended" : "")
                + (outputEnded ? ", output ended" : "") + (intake.refused() ? ", refused" : "");
    }
}
