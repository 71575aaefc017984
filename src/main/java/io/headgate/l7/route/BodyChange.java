package io.headgate.l7.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Changes a body as it passes, piece by piece. Belongs to one message, and is called by one thread at a time.
 */
public interface BodyChange {

    /** A body cannot be changed, and its message cannot go on. What it was is in the log. */
    final class Failed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public Failed(Throwable cause) {
            super("a filter cannot change the body", cause);
        }
    }

    /** What goes on in the place of a piece, which it takes over: perhaps nothing for now. */
    ByteBuf piece(ByteBuf piece);

    /** What is still to come when the body has ended. */
    ByteBuf end();

    /** What goes on in the place of the last piece. */
    default ByteBuf last(ByteBuf piece) {
        ByteBuf changed = someOf(piece);
        ByteBuf rest = end();
        if (!rest.isReadable()) {
            rest.release();
            return changed;
        }
        return changed.isReadable() ? Unpooled.wrappedBuffer(changed, rest) : rest;
    }

    /** Nothing comes of nothing. */
    private ByteBuf someOf(ByteBuf piece) {
        if (piece.isReadable()) {
            return piece(piece);
        }
        piece.release();
        return Unpooled.EMPTY_BUFFER;
    }

    /** This, and then another. */
    default BodyChange then(BodyChange next) {
        return new BodyChange() {

            @Override
            public ByteBuf piece(ByteBuf piece) {
                return next.someOf(BodyChange.this.piece(piece));
            }

            @Override
            public ByteBuf end() {
                return next.last(BodyChange.this.end());
            }
        };
    }
}
