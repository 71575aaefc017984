package io.headgate.net;

import io.netty.util.concurrent.Ticker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine has run out of something that a connection needs: file descriptors, or ports to connect from.
 * Whoever was to be connected to is not to blame for that.
 */
public final class Shortage {

    /** EMFILE, ENFILE and EADDRNOTAVAIL; not every transport gives more than the text. */
    private static final List<String> WORDS = List.of("Too many open files",
            "Cannot assign requested address");
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final Logger log = LoggerFactory.getLogger(Shortage.class);
    private static final Ticker TICKER = Ticker.systemTicker();
    /** The limit is the process's, so all speak of it together. */
    private static final AtomicLong next = new AtomicLong(TICKER.nanoTime());

    private Shortage() {
    }

    /** Whether it is why this failed. */
    public static boolean isCauseOf(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }

    /** Says so in the log, at most every five seconds. */
    public static void report(Throwable cause) {
        long now = TICKER.nanoTime();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + SILENCE)) {
            log.warn("Out of file descriptors or local ports: {} (raise the limit of open files)",
                    cause.toString());
        }
    }
}
