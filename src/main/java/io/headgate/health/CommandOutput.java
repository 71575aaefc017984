package io.headgate.health;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The output of a command. All of it is read, so that a full pipe never stops the command; only the beginning
 * is kept.
 */
final class CommandOutput {

    private static final int KEPT = 4096;
    /**
     * How long its output may be read after the command has ended: the last output may still be in the pipe.
     */
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
     * Whether no process can write any more. If this is false a moment after the command's end, the command
     * has left a process running.
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
