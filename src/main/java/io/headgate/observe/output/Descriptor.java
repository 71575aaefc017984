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
public final class Descriptor {

    static final Descriptor OUT = new Descriptor(new FileOutputStream(FileDescriptor.out));
    static final Descriptor ERR = new Descriptor(new FileOutputStream(FileDescriptor.err));

    private final OutputStream stream;
    private boolean torn;

    public Descriptor(OutputStream stream) {
        this.stream = stream;
    }

    void write(byte[] lines) throws IOException {
        write(lines, lines.length);
    }

    /** Writes whole lines. If a part of the previous lines may have been lost, they begin on a new line. */
    public synchronized void write(byte[] lines, int length) throws IOException {
        if (torn) {
            stream.write('\n');
        }
        torn = true;
        stream.write(lines, 0, length);
        torn = false;
    }
}
