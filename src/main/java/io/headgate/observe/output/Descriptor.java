package io.headgate.observe.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The final destination of lines: standard output or standard error. The process's own descriptor is written
 * to directly, because {@link System#out} has a lock that any thread may wait for. Only threads that do
 * nothing but write wait for the lock here.
 */
final class Descriptor {

    static final Descriptor OUT = new Descriptor(new FileOutputStream(FileDescriptor.out));
    static final Descriptor ERR = new Descriptor(new FileOutputStream(FileDescriptor.err));

    private final OutputStream stream;
    private boolean torn;

    Descriptor(OutputStream stream) {
        this.stream = stream;
    }

    /** Writes a line. If a part of the previous line may have been lost, it begins on a new line. */
    synchronized void write(byte[] line) throws IOException {
        if (torn) {
            stream.write('\n');
        }
        torn = true;
        stream.write(line);
        torn = false;
    }
}
