package io.headgate.l7.gateway.compressed;

import io.headgate.l7.compress.Compressing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;

/**
 * The body of a compressed answer. The client's thread may end it, because the client has gone, while the
 * member's thread is compressing a part: after the end nothing comes of a part any more.
 */
final class CompressedBody {

    private final Compressing compressing;

    CompressedBody(Compressing compressing) {
        this.compressing = compressing;
    }

    /**
     * All that comes of this part, so that it can be read without the next one. The part stays the caller's.
     */
    synchronized ByteBuf add(DataBuffer part) {
        if (!compressing.isActive()) {
            return Unpooled.EMPTY_BUFFER;
        }
        List<ByteBuf> all = new ArrayList<>();
        try (DataBuffer.ByteBufferIterator bytes = part.readableByteBuffers()) {
            while (bytes.hasNext()) {
                ByteBuffer next = bytes.next();
                all.add(compressing.add(Unpooled.wrappedBuffer(next)));
            }
            ByteBuf rest = compressing.flush();
            if (rest != null) {
                all.add(rest);
            }
        } catch (RuntimeException | Error e) {
            all.forEach(ByteBuf::release);
            throw e;
        }
        return Unpooled.wrappedBuffer(all.toArray(ByteBuf[]::new));
    }

    /** The end of a whole answer. */
    synchronized ByteBuf finish() {
        return compressing.isActive() ? compressing.finish(Unpooled.EMPTY_BUFFER) : Unpooled.EMPTY_BUFFER;
    }

    /** Gives back what it takes. The first call counts. */
    synchronized void close() {
        compressing.close();
    }
}
