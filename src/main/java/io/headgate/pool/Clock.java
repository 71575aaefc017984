package io.headgate.pool;

import io.netty.util.concurrent.Ticker;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Both kinds of time as one parameter.
 *
 * @param ticker for measuring and for deadlines
 * @param wall for what people read
 */
public record Clock(Ticker ticker, InstantSource wall) {

    public static final Clock SYSTEM = new Clock(Ticker.systemTicker(), InstantSource.system());

    long nanos() {
        return ticker.nanoTime();
    }

    Instant now() {
        return wall.instant();
    }
}
