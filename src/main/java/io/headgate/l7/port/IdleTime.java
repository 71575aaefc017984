package io.headgate.l7.port;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;

/**
 * How long a connection may be without a request. Where there are fewer descriptors than connections are
 * allowed, it looks every second whether somebody waits for this one.
 */
final class IdleTime {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Port port;
    /** Zero for no limit. */
    private final Duration longest;
    private final boolean scarce;
    private final Ticker ticker;
    private long since;

    IdleTime(Port port, Duration longest, int maxConnections, Ticker ticker) {
        this.port = port;
        this.longest = longest;
        this.scarce = port.resources().isScarce(maxConnections);
        this.ticker = ticker;
    }

    /** The connection is without a request from now on; the deadline is to ask {@link #isOver}. */
    void begin(Deadline deadline) {
        if (scarce) {
            since = ticker.nanoTime();
            deadline.in(shorter(longest));
        } else {
            deadline.in(longest);
        }
    }

    /** The deadline has passed. Whether the connection is to be closed; if not, the deadline is set again. */
    boolean isOver(Deadline deadline) {
        if (!scarce || port.resources().isCrowded()) {
            return true;
        }
        Duration left = longest.minusNanos(ticker.nanoTime() - since);
        if (!longest.isZero() && !left.isPositive()) {
            return true;
        }
        deadline.in(longest.isZero() ? LOOK : shorter(left));
        return false;
    }

    private static Duration shorter(Duration time) {
        return time.isZero() || time.compareTo(LOOK) > 0 ? LOOK : time;
    }
}
