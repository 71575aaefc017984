package io.headgate.health;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a command writes. All is read, so that the command is never stopped by a full pipe, and the beginning
 * is kept.
 */
final class CommandOutput {

    private static final int KEPT = 4096;
    /** From the end of the command to the end of its output: what it wrote last has to be read. */
    private static final Duration GRACE = Duration.ofMillis(100);

    private final byte[] kept = new byte[KEPT];
    private final Thread reader;
    private volatile int length;

    private CommandOutput(Process process) {
        reader = Thread.ofVirtual().name("output of " + process.pid())
                .unstarted(() -> read(process.getInputStream()));
    }

    static CommandOutput of(Process process) {
        CommandOutput output = new CommandOutput(process);
        output.reader.start();
        return output;
    }

    private void read(InputStream in) {
        byte[] rest = new byte[KEPT];
        try (in) {
            int filled = 0;
            for (int got = 0; got >= 0;) {
                if (filled < KEPT) {
                    got = in.read(kept, filled, KEPT - filled);
                    filled += Math.max(got, 0);
                    length = filled;
                } else {
                    got = in.read(rest);
                }
            }
        } catch (IOException closed) {
            // the command was killed
        }
    }

    /**
     * Whether nobody can write any more. False a moment after the command's end means that it has left a
     * process behind.
     */
    boolean ended() {
        try {
            return reader.join(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    String text() {
        return new String(kept, 0, length, StandardCharsets.UTF_8);
    }
}
