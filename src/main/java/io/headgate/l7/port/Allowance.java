package io.headgate.l7.port;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;

/**
 * How often a client may do on one connection what costs more than it is worth: so many times in 30 s, and
 * more often only if it has earned that. The clock is read only when nothing is left. Belongs to one event
 * loop.
 */
final class Allowance {

    static final Duration WINDOW = Duration.ofSeconds(30);
    /** As many times what there is in a window may be saved. */
    private static final int SAVED = 10;

    private final int most;
    private final Ticker ticker;
    private int left;
    private long since;

    /** @param most units in {@link #WINDOW} */
    Allowance(int most, Ticker ticker) {
        this.most = most;
        this.ticker = ticker;
        this.left = most;
        this.since = ticker.nanoTime();
    }

    /** False when that is too much. */
    boolean spend(int units) {
        left -= units;
        if (left >= 0) {
            return true;
        }
        long now = ticker.nanoTime();
        if (now - since < WINDOW.toNanos()) {
            return false;
        }
        since = now;
        left = most;
        return true;
    }

    void earn(int units) {
        left = Math.min(left + units, SAVED * most);
    }
}
