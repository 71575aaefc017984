package io.headgate.l7.cache;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of an answer that is passed on, copied to be stored once it is whole. */
final class Recording {

    private static final int FIRST = 8 * 1024;
    private static final int LARGEST = 128 * 1024;

    private final Store store;
    private final long most;
    /** What the answer says that its length is; negative if it does not. */
    private final long announced;
    private final List<byte[]> pieces = new ArrayList<>(1);
    private byte[] piece = new byte[0];
    private int filled;
    private long length;
    private long taken;

    Recording(Store store, long most, long announced) {
        this.store = store;
        this.most = most;
        this.announced = announced;
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
        int from = bytes.readerIndex();
        int left = bytes.readableBytes();
        if (length + left > most) {
            return Added.TOO_LARGE;
        }
        while (left > 0) {
            if (filled == piece.length && !next()) {
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
        if (!store.take(size)) {
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

    /** Whether as much has come as was announced. */
    boolean isWhole() {
        return announced < 0 || announced == length;
    }

    /** All that has come. */
    Body finish(@Nullable EncodedBodies encoded) {
        if (filled > 0) {
            pieces.add(filled == piece.length ? piece : Arrays.copyOf(piece, filled));
        }
        return new Body(List.copyOf(pieces), length, encoded);
    }

    /** It is stored, or will not be. */
    void giveBack() {
        store.giveBack(taken);
        taken = 0;
    }
}
