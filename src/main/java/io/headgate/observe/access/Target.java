package io.headgate.observe.access;

import java.io.IOException;

/** Where lines go. Used by one thread; may block for as long as it likes. */
interface Target extends AutoCloseable {

    /** Writes whole lines. */
    void write(byte[] lines, int length) throws IOException;

    /** Called when there is nothing to write, and at least once a second. */
    default void rest() {
    }

    @Override
    default void close() {
    }
}
