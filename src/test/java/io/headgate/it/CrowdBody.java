package io.headgate.it;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** What everybody of a crowd sends and is sent: bytes of which none can be missing or changed unnoticed. */
final class CrowdBody {

    /** For a crowd and its members: to follow each of their buffers would cost more than all else. */
    static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(true, true);

    private final ByteBuf bytes;

    CrowdBody(int length) {
        ByteBuf all = UNTRACKED.directBuffer(length);
        for (int i = 0; i < length; i++) {
            all.writeByte(i * 31 + (i >> 8));
        }
        bytes = Unpooled.unreleasableBuffer(all);
    }

    int length() {
        return bytes.readableBytes();
    }

    ByteBuf whole() {
        return bytes.duplicate();
    }

    ByteBuf part(int from, int length) {
        return bytes.slice(from, length);
    }

    /** Whether these bytes are what is to be expected after so many others. */
    boolean continues(long after, ByteBuf with) {
        int length = with.readableBytes();
        return after + length <= length()
                && ByteBufUtil.equals(bytes, (int) after, with, with.readerIndex(), length);
    }
}
