package io.headgate.l7.compress;

import io.netty.buffer.ByteBuf;

/** Compresses one body. What it takes and gives is in memory: nothing waits in it but what is not flushed. */
interface Encoder {

    /** Reads all of this, and writes what comes of it so far. */
    void add(ByteBuf part, ByteBuf to);

    /** Writes all that has not come out yet, so that the client can read what was added. */
    void flush(ByteBuf to);

    /** Writes the end. */
    void finish(ByteBuf to);

    /** Gives back its memory. To be called once. */
    void close();
}
