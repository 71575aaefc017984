package io.headgate.l7.gateway.own;

import io.headgate.filter.BodyTransform;
import io.headgate.l7.route.BodyChange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One body that a user's transform changes. */
final class OwnBody implements BodyChange {

    private final BodyTransform transform;
    private final OwnFilter own;
    private ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;

    OwnBody(BodyTransform transform, OwnFilter own) {
        this.transform = transform;
        this.own = own;
    }

    @Override
    public ByteBuf piece(ByteBuf piece) {
        allocator = piece.alloc();
        Written out = new Written(piece.readableBytes());
        try {
            transform.piece(piece.nioBuffer().asReadOnlyBuffer(), out);
            return out.take();
        } catch (RuntimeException e) {
            throw failed(out, e);
        } finally {
            piece.release();
        }
    }

    @Override
    public ByteBuf end() {
        Written out = new Written(0);
        try {
            transform.end(out);
            return out.take();
        } catch (RuntimeException e) {
            throw failed(out, e);
        }
    }

    private Failed failed(Written out, RuntimeException error) {
        out.take().release();
        own.failed(error);
        return new Failed(error);
    }

    /** What goes on in the place of one piece. */
    private final class Written implements Consumer<ByteBuffer> {

        private final int expected;
        private @Nullable ByteBuf bytes;

        Written(int expected) {
            this.expected = expected;
        }

        @Override
        public void accept(ByteBuffer more) {
            ByteBuf all = bytes;
            if (all == null) {
                all = allocator.buffer(Math.max(expected, more.remaining()));
                bytes = all;
            }
            all.writeBytes(more);
        }

        ByteBuf take() {
            ByteBuf all = bytes;
            bytes = null;
            return all == null ? Unpooled.EMPTY_BUFFER : all;
        }
    }
}
