package io.headgate.l7.cache;

import io.headgate.pool.Clock;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Both kinds of time, which the test moves. */
final class Moments {

    static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

    private final MockTicker ticker = Ticker.newMockTicker();
    final Clock clock = new Clock(ticker, () -> START.plusNanos(ticker.nanoTime()));

    void pass(long seconds) {
        ticker.advance(seconds, TimeUnit.SECONDS);
    }
}
