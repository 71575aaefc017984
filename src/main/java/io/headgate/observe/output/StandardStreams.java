package io.headgate.observe.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * {@link System#out} and {@link System#err} that do not make anybody wait: an exception that ends a thread
 * and Logback's own troubles are printed there, by threads that have other things to do.
 */
public final class StandardStreams {

    private static final int ROOM = 1 << 20;
    private static final int LONGEST = 1 << 13;
    private static volatile boolean taken;

    private StandardStreams() {
    }

    /**
     * Takes the place of the process's streams, once. What is printed is on its way before the process ends.
     */
    public static void take() {
        if (!taken) {
            taken = true;
            Backlog<byte[]> out = backlog("headgate-stdout", Descriptor.OUT);
            Backlog<byte[]> err = backlog("headgate-stderr", Descriptor.ERR);
            PrintStream before = System.out;
            System.setOut(new PrintStream(new Lines(out), true, before.charset()));
            System.setErr(new PrintStream(new Lines(err), true, System.err.charset()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                out.flush();
                err.flush();
            }, "headgate-flush"));
        }
    }

    private static Backlog<byte[]> backlog(String thread, Descriptor to) {
        return new Backlog<>(thread, ROOM, Drops.PRINTED, to::write, dropped -> {
        });
    }

    /** Writes a log line; to whatever stands for standard output where the process's own is not ours. */
    static void write(byte[] line) throws IOException {
        if (taken) {
            Descriptor.OUT.write(line);
        } else {
            System.out.write(line);
            System.out.flush();
        }
    }

    /** Hands on what is printed line by line, so that it is mixed with others' lines between lines alone. */
    private static final class Lines extends OutputStream {

        private final Backlog<byte[]> backlog;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(Backlog<byte[]> backlog) {
            this.backlog = backlog;
        }

        @Override
        public synchronized void write(int octet) {
            line.write(octet);
            if (octet == '\n' || line.size() >= LONGEST) {
                hand();
            }
        }

        @Override
        public synchronized void write(byte[] octets, int from, int length) {
            line.write(octets, from, length);
            if ((length > 0 && octets[from + length - 1] == '\n') || line.size() >= LONGEST) {
                hand();
            }
        }

        /** What is no whole line is handed on too: a prompt, or the last word. */
        @Override
        public synchronized void flush() {
            hand();
        }

        private void hand() {
            if (line.size() > 0) {
                byte[] content = line.toByteArray();
                line.reset();
                backlog.offer(content, content.length, 1);
            }
        }
    }
}
