package io.headgate.l7.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One deadline that moves often and passes rarely. Moving it is a write to a field: a timer that is due too
 * early looks, and waits again. Belongs to one event loop.
 */
final class Deadline {

    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Ticker ticker;
    private final Runnable passed;
    private long at = NEVER;
    private long timerAt = NEVER;
    private @Nullable Future<?> timer;

    Deadline(EventLoop loop, Ticker ticker, Runnable passed) {
        this.loop = loop;
        this.ticker = ticker;
        this.passed = passed;
    }

    /** Passes after this time, unless it is moved or cleared before; zero clears it. */
    void in(Duration time) {
        if (time.isZero()) {
            clear();
            return;
        }
        at = ticker.nanoTime() + time.toNanos();
        if (timer == null || at - timerAt < 0) {
            cancelTimer();
            arm();
        }
    }

    void clear() {
        at = NEVER;
    }

    /** Never passes again. */
    void end() {
        clear();
        cancelTimer();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void arm() {
        timerAt = at;
        timer = loop.schedule(this::due, at - ticker.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void due() {
        timer = null;
        if (at == NEVER) {
            return;
        }
        if (at - ticker.nanoTime() > 0) {
            arm();
        } else {
            at = NEVER;
            passed.run();
        }
    }
}
