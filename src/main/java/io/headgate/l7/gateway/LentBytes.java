package io.headgate.l7.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import java.util.function.IntConsumer;

/** Bytes that report when they are released for the last time. */
final class LentBytes extends CompositeByteBuf {

    private final int lent;
    private final IntConsumer returned;

    /**
     * Takes over a buffer.
     *
     * @param returned called with the length in bytes when it is released, on any thread
     */
    LentBytes(ByteBuf bytes, IntConsumer returned) {
        super(bytes.alloc(), bytes.isDirect(), 1);
        this.lent = bytes.readableBytes();
        this.returned = returned;
        addComponent(true, bytes);
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        returned.accept(lent);
    }
}
