package io.headgate.l4;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * This machine has run out of something that a connection needs: file descriptors, or ports to connect from.
 * No member is to blame for that.
 */
final class Exhaustion {

    private static final long SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

    private Exhaustion() {
    }

    /** EADDRNOTAVAIL, which Linux answers when no local port is free, exists as text alone. */
    static boolean isCauseOf(Throwable failure) {
        String message = failure.getMessage();
        return message != null && message.contains("Cannot assign requested address");
    }

    /** Says so in the log, at most every five seconds. */
    static void report(Logger log, Ticker ticker, Throwable cause) {
        long now = ticker.nanoTime();
        long due = next.get();
        if ((due == Long.MIN_VALUE || now - due >= 0) && next.compareAndSet(due, now + SILENCE)) {
            log.warn("Out of file descriptors or local ports: {} (raise the limit of open files)",
                    cause.toString());
        }
    }
}
