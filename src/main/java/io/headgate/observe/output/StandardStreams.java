package io.headgate.observe.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Replacements for {@link System#out} and {@link System#err} that never block. Exceptions that end a thread,
 * and Logback's own problems, are printed there by threads that have other work.
 */
public final class StandardStreams {

    private static final int ROOM = 1 << 20;
    private static final int LONGEST = 1 << 13;
    private static volatile boolean taken;

    private StandardStreams() {
    }

    /**
     * Replaces the process's streams, once. Everything printed is written before the process ends.
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

    /** Writes log lines, or passes them to the current standard output if that was replaced. */
    public static void write(byte[] lines, int length) throws IOException {
        if (taken) {
            Descriptor.OUT.write(lines, length);
        } else {
            System.out.write(lines, 0, length);
            System.out.flush();
        }
    }

    /** Passes on printed text line by line, so that it never mixes with other lines in the middle. */
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

        /** Passes on an incomplete line, too, such as a prompt or the last output. */
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
