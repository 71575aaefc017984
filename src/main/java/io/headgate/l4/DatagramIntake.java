package io.headgate.l4;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;

/**
 * The buffer that datagrams are read into: one for each event loop, as large as the largest datagrams. Every
 * reader empties it with {@link #copy} before the next read. So a datagram costs its own size and not the
 * largest, and a waiting socket holds nothing. After one system call, it is another socket's turn.
 */
final class DatagramIntake extends SingleRead {

    /** No datagram is larger; a larger one would be cut. */
    static final int LARGEST = 64 * 1024;

    private static final int BATCH = 32;
    private static final FastThreadLocal<ByteBuf> ONE = room(1);
    private static final FastThreadLocal<ByteBuf> MANY = room(BATCH);

    private final FastThreadLocal<ByteBuf> room;
    private boolean empty;

    private DatagramIntake(FastThreadLocal<ByteBuf> room) {
        this.room = room;
    }

    private static FastThreadLocal<ByteBuf> room(int datagrams) {
        return new FastThreadLocal<>() {
            @Override
            protected ByteBuf initialValue() {
                return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(datagrams * LARGEST));
            }
        };
    }

    /** For a socket with many senders: as many datagrams at once as fit, if the transport can do that. */
    static DatagramIntake ofMany() {
        return new DatagramIntake(MANY);
    }

    /** For a socket with one sender. */
    static DatagramIntake ofOne() {
        return new DatagramIntake(ONE);
    }

    /** A datagram's content in a buffer of its own; the one that was read into is released. */
    static ByteBuf copy(ByteBufAllocator allocator, ByteBuf read) {
        ByteBuf copy = allocator.directBuffer(read.readableBytes());
        copy.writeBytes(read);
        read.release();
        return copy;
    }

    /**
     * Whether an empty datagram has come since the last call. The epoll transport does not pass one on from a
     * connected socket, because it mistakes it for the end, which such a socket does not have.
     */
    boolean takeEmpty() {
        boolean was = empty;
        empty = false;
        return was;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        return room.get().clear().retain();
    }

    @Override
    public int guess() {
        return LARGEST;
    }

    @Override
    public void lastBytesRead(int bytes) {
        super.lastBytesRead(bytes);
        empty |= bytes < 0;
    }
}
