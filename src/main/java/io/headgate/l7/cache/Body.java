package io.headgate.l7.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stored answer, in pieces. Nobody writes to them.
 *
 * @param pieces on the heap
 * @param length of all of them
 * @param encoded what else is kept of it; null if it is such a one itself
 */
public record Body(List<byte[]> pieces, long length, @Nullable EncodedBodies encoded) {

    /** Bytes that it takes, with what else is kept of it. */
    long weight() {
        return length + 32L * pieces.size() + (encoded == null ? 0 : encoded.weight());
    }

    public List<ByteBuffer> all() {
        return slice(0, length);
    }

    /** From the first byte to before the last. */
    List<ByteBuffer> slice(long from, long to) {
        List<ByteBuffer> slices = new ArrayList<>(pieces.size());
        long at = 0;
        for (byte[] piece : pieces) {
            long first = Math.max(from, at);
            long last = Math.min(to, at + piece.length);
            if (first < last) {
                slices.add(ByteBuffer.wrap(piece, (int) (first - at), (int) (last - first)));
            }
            at += piece.length;
        }
        return slices;
    }
}
