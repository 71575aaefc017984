package io.headgate.l7.fast;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;

/** The body of a stored answer that is being sent: nothing of it is copied before the client takes it. */
final class Replay {

    private final List<ByteBuffer> parts;
    private int sent;

    Replay(List<ByteBuffer> parts) {
        this.parts = parts;
    }

    boolean isEmpty() {
        return sent == parts.size();
    }

    ByteBuf next() {
        return isEmpty() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(parts.get(sent++));
    }
}
