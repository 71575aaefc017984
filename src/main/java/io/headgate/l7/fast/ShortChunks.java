package io.headgate.l7.fast;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Chunks may be of one byte each. An object for each of those that wait would take a hundred times what is
 * counted for their bytes, so short ones that follow each other share a buffer.
 */
final class ShortChunks {

    private static final int SHORT = 512;
    private static final int SHARED = 4096;

    private boolean following;
    /** The last part that waits, if it has room for more. */
    private @Nullable HttpContent shared;

    /** What is to wait for this part; null if it has gone into the one before. */
    @Nullable
    HttpContent join(HttpContent part) {
        ByteBuf bytes = part.content();
        if (part instanceof LastHttpContent || bytes.readableBytes() >= SHORT
                || !part.decoderResult().isSuccess()) {
            end();
            return part;
        }
        if (!following) { // most bodies have one part alone
            following = true;
            return part;
        }
        HttpContent last = shared;
        boolean fits = last != null && last.content().writableBytes() >= bytes.readableBytes();
        if (last == null || !fits) {
            last = new DefaultHttpContent(bytes.alloc().buffer(SHARED, SHARED));
            shared = last;
        }
        last.content().writeBytes(bytes);
        part.release();
        return fits ? null : last;
    }

    /** What comes next has nothing before it that it could go into. */
    void end() {
        following = false;
        shared = null;
    }
}
