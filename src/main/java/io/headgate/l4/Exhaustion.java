package io.headgate.l4;

import io.headgate.pool.Reason;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that this machine has run out of something that a connection needs: file descriptors, or ports to
 * connect from. No member is to blame for that. It is made at the start, because classes cannot be loaded
 * when there are no descriptors.
 */
final class Exhaustion {

    /** Why a connection ends that met it. */
    static final Reason REASON = Reason.INTERNAL_ERROR;

    private static final long SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final Logger log = LoggerFactory.getLogger(Exhaustion.class);

    private final Ticker ticker;
    private long next;

    Exhaustion(Ticker ticker) {
        this.ticker = ticker;
        this.next = ticker.nanoTime();
    }

    /** Says so in the log, at most every five seconds. */
    synchronized void report(Throwable cause) {
        long now = ticker.nanoTime();
        if (now - next >= 0) {
            next = now + SILENCE;
            log.warn("Out of file descriptors or local ports: {} (raise the limit of open files)",
                    cause.toString());
        }
    }
}
