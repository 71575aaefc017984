package io.headgate.net;

import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine has run out of something that a connection needs: file descriptors, ports to connect from, or
 * memory for buffers. The other end of the connection is not to blame for that.
 */
public final class Shortage {

    /**
     * The texts of EMFILE, ENFILE and EADDRNOTAVAIL (not every transport gives the number), and what the JDK
     * and Netty say when there are no buffers.
     */
    private static final List<String> WORDS = List.of("Too many open files",
            "Cannot assign requested address", "direct buffer memory", "direct memory");
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final Logger log = LoggerFactory.getLogger(Shortage.class);
    private static final Ticker TICKER = Ticker.systemTicker();
    /** The limit is the process's, so all callers share the log's interval. */
    private static final AtomicLong next = new AtomicLong(TICKER.nanoTime());

    private Shortage() {
    }

    /**
     * Loads every class that is needed to report a shortage, because none can be loaded without descriptors.
     * Called at the start.
     */
    static void prepare() {
        isCauseOf(new IOException("everything is well"));
    }

    /** Whether a shortage is why this failed. */
    public static boolean isCauseOf(@Nullable Throwable failure) {
        return words(failure) != null;
    }

    /** What the system said; null if a shortage is not the cause. */
    private static @Nullable String words(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            for (int i = 0; message != null && i < WORDS.size(); i++) {
                if (message.contains(WORDS.get(i))) {
                    return message;
                }
            }
        }
        return null;
    }

    /** Says so in the log, at most every five seconds. */
    public static void report(Throwable failure) {
        long now = TICKER.nanoTime();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + SILENCE)) {
            String words = words(failure);
            log.warn("Out of file descriptors, local ports or memory for buffers: {} (raise the limit)",
                    words != null ? words : failure.toString());
        }
    }
}
