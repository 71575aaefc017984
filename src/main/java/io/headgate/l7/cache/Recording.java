package io.headgate.l7.cache;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is passed on, copied to be stored once it is whole. Another thread may take its
 * memory away.
 */
final class Recording {

    private static final int FIRST = 8 * 1024;
    private static final int LARGEST = 128 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Room room;
    private final long most;
    /** What the answer says that its length is; negative if it does not. */
    private final long announced;
    private final List<byte[]> pieces = new ArrayList<>(1);
    private byte[] piece = new byte[0];
    private int filled;
    private long length;
    private long taken;
    private boolean lost;
    private volatile long grown;

    Recording(Room room, long most, long announced) {
        this.room = room;
        this.most = most;
        this.announced = announced;
        this.grown = room.now();
    }

    /** Whether a part could be added. If not, this is over. */
    enum Added {
        YES,
        /** The answer is larger than one that is stored. */
        TOO_LARGE,
        /** Others that are being received have all the room, for now. */
        NO_ROOM
    }

    /** Copies what is readable and leaves it so. */
    Added add(ByteBuf bytes) {
        lock.lock();
        try {
            return grow(bytes);
        } finally {
            lock.unlock();
        }
    }

    private Added grow(ByteBuf bytes) {
        int from = bytes.readerIndex();
        int left = bytes.readableBytes();
        if (length + left > most) {
            return Added.TOO_LARGE;
        }
        grown = room.now();
        while (left > 0) {
            if (lost || (filled == piece.length && !next())) {
                return Added.NO_ROOM;
            }
            int part = Math.min(left, piece.length - filled);
            bytes.getBytes(from, piece, filled, part);
            from += part;
            left -= part;
            filled += part;
            length += part;
        }
        return Added.YES;
    }

    private boolean next() {
        long wanted = announced >= length ? announced - length : Math.max(FIRST, length);
        int size = Math.clamp(Math.min(wanted, most - length), 1, LARGEST);
        if (!room.take(size, this)) {
            return false;
        }
        taken += size;
        if (filled > 0) {
            pieces.add(piece);
        }
        piece = new byte[size];
        filled = 0;
        return true;
    }

    /** When something was added last, in nanoseconds of the ticker. */
    long grown() {
        return grown;
    }

    /** All that has come; null if that is less than was announced, or not there any more. */
    @Nullable
    Body finish(@Nullable EncodedBodies encoded) {
        lock.lock();
        try {
            if (lost || (announced >= 0 && announced != length)) {
                return null;
            }
            if (filled > 0) {
                pieces.add(filled == piece.length ? piece : Arrays.copyOf(piece, filled));
                filled = 0;
            }
            return new Body(List.copyOf(pieces), length, encoded);
        } finally {
            lock.unlock();
        }
    }

    /** Others need the memory. It stays if something is being added now: nobody waits here for another. */
    void lose() {
        if (lock.tryLock()) {
            try {
                lost = true;
                free();
            } finally {
                lock.unlock();
            }
        }
    }

    /** It is stored, or will not be. */
    void giveBack() {
        lock.lock();
        try {
            free();
        } finally {
            lock.unlock();
        }
    }

    private void free() {
        room.leave(this);
        room.giveBack(taken);
        taken = 0;
        pieces.clear();
        piece = new byte[0];
        filled = 0;
    }
}
