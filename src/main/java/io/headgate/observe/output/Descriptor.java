package io.headgate.observe.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Where lines go in the end: standard output or standard error. The process's own is written to directly, as
 * {@link System#out} has a lock that anybody may wait for; its own lock is waited for by nobody but threads
 * that do nothing else than write.
 */
final class Descriptor {

    static final Descriptor OUT = new Descriptor(new FileOutputStream(FileDescriptor.out));
    static final Descriptor ERR = new Descriptor(new FileOutputStream(FileDescriptor.err));

    private final OutputStream stream;
    private boolean torn;

    Descriptor(OutputStream stream) {
        this.stream = stream;
    }

    /** Writes a line; after one of which a part may have been lost, on a line of its own. */
    synchronized void write(byte[] line) throws IOException {
        if (torn) {
            stream.write('\n');
        }
        torn = true;
        stream.write(line);
        torn = false;
    }
}
