package io.headgate.l4;

import io.headgate.net.Memory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Sizes one channel's reads, and refuses them while no one can accept the bytes. Auto-read being off is not
 * enough for that: once the peer has ended its sending, the epoll transport reads all that the kernel holds
 * (megabytes), whether a read was asked for or not. A refusal is the exception {@link Refused}, the one thing
 * that stops that loop without closing the channel; the kernel goes on holding the bytes.
 *
 * <p>
 * The size doubles when a read filled its buffer and halves when two in a row used less than a quarter.
 */
final class Intake extends SingleRead {

    private static final int SMALLEST = 2 * 1024;
    static final int LARGEST = 128 * 1024;
    /** A read that fills this much means that there is a lot. */
    private static final int LOTS = 64 * 1024;

    private @Nullable Channel sink;
    private @Nullable Siphon siphon;
    private boolean lots;
    private boolean unconditional;
    private boolean tellsEnd;
    private boolean ended;
    private int allowance;
    private boolean refused;
    private int size = 2 * SMALLEST;
    private boolean small;

    /** Thrown out of a read that must not happen now. It carries nothing, so one instance serves all. */
    static final class Refused extends RuntimeException {

        @SuppressWarnings("StaticAssignmentOfThrowable") // it has neither a stack trace nor suppressions
        static final Refused INSTANCE = new Refused("nobody can take the bytes now");
        /** The bytes went another way (by splice). */
        @SuppressWarnings("StaticAssignmentOfThrowable")
        static final Refused SPLICED = new Refused("spliced");
        /** The peer has ended its sending. */
        @SuppressWarnings("StaticAssignmentOfThrowable")
        static final Refused ENDED = new Refused("ended");

        private Refused(String why) {
            super(why, null, false, false);
        }
    }

    /** This many bytes more may be read, though they go nowhere yet; roughly. */
    void allow(int bytes) {
        allowance = bytes;
    }

    /**
     * From now on bytes may be read while this channel can be written to.
     *
     * @param way how they are to go when there are a lot, null for the common way
     */
    void open(Channel to, @Nullable Siphon way) {
        allowance = 0;
        sink = to;
        siphon = way;
    }

    /**
     * From now on everything may be read. For a peer that has ended its sending and to which we have ended
     * ours: what is left is bounded by the socket's receive buffer, and as long as it is not read, epoll
     * reports the hang-up without end.
     */
    void openForTheRest() {
        unconditional = true;
    }

    /**
     * From now on {@link Refused#ENDED} says that the peer has ended its sending. Otherwise the epoll
     * transport shuts that direction down before it says so: a call to the system that changes nothing, and
     * often fails because the connection is over by then.
     */
    void tellEnd() {
        tellsEnd = true;
    }

    /** Whether that has been, or is about to be, said. */
    boolean ended() {
        return ended;
    }

    /** Whether a read was refused: the peer has ended its sending or reset the connection. */
    boolean refused() {
        return refused;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        if (ended) {
            throw Refused.ENDED;
        }
        Siphon way = siphon;
        if (way != null && way.broken()) {
            throw Refused.SPLICED;
        }
        if (!unconditional && allowance <= 0
                && (sink == null || !Memory.PROCESS.isWritable(sink) || (way != null && way.waits()))) {
            refused = true;
            throw Refused.INSTANCE;
        }
        if (lots && way != null && !way.waits() && spliced(way)) {
            throw Refused.SPLICED;
        }
        return allocator.ioBuffer(Memory.PROCESS.read(size));
    }

    private boolean spliced(Siphon way) {
        Siphon.Gulp gulp = way.begin();
        lots = switch (gulp) {
            case SOME, NONE, BROKEN -> true;
            case LITTLE -> !small;
            case READ -> false;
        };
        small = gulp == Siphon.Gulp.LITTLE;
        return gulp != Siphon.Gulp.READ;
    }

    @Override
    public int guess() {
        return size;
    }

    @Override
    public void lastBytesRead(int bytes) {
        super.lastBytesRead(bytes);
        if (bytes < 0 && tellsEnd) {
            ended = true;
            throw Refused.ENDED;
        }
        allowance = Math.max(0, allowance - Math.max(0, bytes));
        if (bytes == attemptedBytesRead()) {
            if (size >= LOTS && siphon != null) {
                lots = siphon.possible();
            }
            size = Math.min(2 * size, LARGEST);
            small = false;
        } else if (bytes > 0 && bytes < size / 4) {
            if (small) {
                size = Math.max(size / 2, SMALLEST);
            }
            small = !small;
        }
    }
}
