package io.headgate.filter;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Changes one body as it passes, piece by piece. Each body has an object of its own, which is called by one
 * thread at a time. The sender is read only as fast as the receiver takes what comes of it: nothing is kept
 * but what the transform keeps itself. Where pieces begin and end means nothing.
 *
 * <p>
 * It runs on an event loop, and must return at once. What it throws breaks the message off.
 */
public interface BodyTransform {

    /**
     * A piece has come.
     *
     * @param bytes to be read during the call
     * @param out gets what goes on in its place: any number of pieces, or none for now. They are copied
     */
    void piece(ByteBuffer bytes, Consumer<ByteBuffer> out);

    /**
     * The body has ended.
     *
     * @param out gets what is still to come
     */
    default void end(Consumer<ByteBuffer> out) {
        // most have nothing left
    }
}
