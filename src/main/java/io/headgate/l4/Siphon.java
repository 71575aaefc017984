package io.headgate.l4;

import io.headgate.net.Pipe;
import io.headgate.net.Pipes;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of one direction from socket to socket inside the kernel. For the channel that it writes
 * to, it is a message like any other: it has its turn after earlier writes, later ones wait for it, and Netty
 * calls again when the socket has room. It holds a pipe only while it has bytes in it.
 */
final class Siphon implements FileRegion {

    /** The most that is taken from a socket at once, so the most that waits in a pipe. */
    private static final int GULP = Pipes.CAPACITY;

    private final Leg leg;
    private final EpollSocketChannel source;
    private final EpollSocketChannel sink;
    private final Pipes pipes;
    private @Nullable Pipe pipe;
    private long transferred;
    private long count;
    private boolean last;
    private boolean deaf;
    private boolean broken;

    Siphon(Leg leg, EpollSocketChannel source, EpollSocketChannel sink, Pipes pipes) {
        this.leg = leg;
        this.source = source;
        this.sink = sink;
        this.pipes = pipes;
    }

    /** The result of taking bytes from the source. */
    enum Gulp {
        /** There were bytes; they are written. */
        SOME,
        /** There were few. */
        LITTLE,
        /** There were none yet. */
        NONE,
        /** There is no pipe, or the stream is at its end: read in the common way. */
        READ,
        /** The connection is broken. */
        BROKEN
    }

    /** Whether no handler, such as one for TLS, changes the bytes on the way. */
    boolean possible() {
        return plain(source) && plain(sink);
    }

    private static boolean plain(EpollSocketChannel channel) {
        return channel.pipeline().first() instanceof Leg;
    }

    /** Takes what the source has and writes it to the sink; to be flushed. Not while it {@link #waits}. */
    Gulp begin() {
        Pipe empty = pipes.take();
        if (empty == null) {
            return Gulp.READ;
        }
        long taken = take(empty);
        if (taken <= 0) {
            pipes.give(empty);
            return nothing(taken);
        }
        pipe = empty;
        last = false;
        count = Long.MAX_VALUE;
        ChannelFuture _ = sink.write(this, sink.voidPromise());
        return taken < Intake.LARGEST / 8 ? Gulp.LITTLE : Gulp.SOME;
    }

    private Gulp nothing(long taken) {
        if (taken == 0) {
            return Gulp.READ;
        }
        if (taken == Pipe.NOT_NOW) {
            return Gulp.NONE;
        }
        return Gulp.BROKEN;
    }

    private long take(Pipe into) {
        long taken = source.isOpen() ? into.fill(source.fd().intValue(), GULP) : 0;
        if (taken > 0) {
            leg.moved(taken);
        } else if (taken < 0 && taken != Pipe.NOT_NOW) {
            broken = true;
            source.eventLoop().execute(leg::broken);
        }
        return taken;
    }

    /**
     * Whether the source broke off and its leg is about to be notified. The kernel reports a reset only once:
     * another read would mistake it for the stream's end.
     */
    boolean broken() {
        return broken;
    }

    /** Whether bytes that were taken are still to be written. */
    boolean waits() {
        return pipe != null;
    }

    /** How many bytes were taken and are still to be written. */
    long waiting() {
        Pipe current = pipe;
        return current == null ? 0 : current.held();
    }

    /** Something else comes next, so no more may be taken. */
    void last() {
        last = true;
    }

    /** The source is not read while this waits; it must be notified when that is over. */
    void deafen() {
        if (!deaf) {
            deaf = true;
            Sockets.stopReading(source);
        }
    }

    /** Nothing is written any more. */
    void close() {
        Pipe current = pipe;
        pipe = null;
        count = transferred;
        deaf = false;
        if (current != null) {
            pipes.give(current);
        }
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        Pipe current = pipe;
        if (current == null || !sink.isOpen()) {
            throw new ClosedChannelException();
        }
        long sent = current.drain(sink.fd().intValue());
        if (sent == Pipe.NOT_NOW) {
            return 0;
        }
        if (sent <= 0) {
            throw new IOException("splice failed (error " + -sent + ")");
        }
        transferred += sent;
        if (current.held() == 0) {
            goOn(current);
        }
        return sent;
    }

    /** The pipe is empty. While the source was not read, there may be more in it. */
    private void goOn(Pipe empty) {
        long taken = deaf && !last ? take(empty) : Pipe.NOT_NOW;
        if (taken > 0) {
            return;
        }
        boolean wasDeaf = deaf;
        close();
        if (wasDeaf && !broken) {
            leg.listen();
        }
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    @Deprecated
    public long transfered() {
        return transferred;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public int refCnt() {
        return 1;
    }

    @Override
    public FileRegion retain() {
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }

    @Override
    public boolean release() {
        return false;
    }

    @Override
    public boolean release(int decrement) {
        return false;
    }
}
