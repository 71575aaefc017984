package io.headgate.l7.port;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A deadline that moves often and passes rarely. To move it is to write a field: a timer that fires too early
 * sees that, and is set again. Belongs to one event loop.
 */
public final class Deadline {

    private static final long NEVER = Long.MAX_VALUE;
    /**
     * Nanoseconds. A timer that is this late was held up with its whole event loop. What was awaited may have
     * arrived in the socket meanwhile, so the loop gets one turn to read it.
     */
    public static final long LATE = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long ONE_TURN = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop loop;
    private final Ticker ticker;
    private final Runnable passed;
    private long at = NEVER;
    private long timerAt = NEVER;
    private boolean putOff;
    private @Nullable Future<?> timer;

    /** Of this loop; not set yet. */
    public Deadline(EventLoop loop, Ticker ticker, Runnable passed) {
        this.loop = loop;
        this.ticker = ticker;
        this.passed = passed;
    }

    /** Passes after this time, unless it is moved or cleared before; zero clears it. */
    public void in(Duration time) {
        if (time.isZero()) {
            clear();
            return;
        }
        at = ticker.nanoTime() + time.toNanos();
        putOff = false;
        if (timer == null || at - timerAt < 0) {
            cancelTimer();
            arm();
        }
    }

    /** Does not pass unless it is set again. */
    public void clear() {
        at = NEVER;
    }

    /** Never passes again. */
    public void end() {
        clear();
        cancelTimer();
    }

    public boolean isSet() {
        return at != NEVER;
    }

    /** Of one that passes now: whether the loop was held up, and is to blame itself. */
    public boolean isLate() {
        return putOff;
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
        long late = ticker.nanoTime() - at;
        if (late < 0) {
            arm();
        } else if (late > LATE && !putOff) {
            putOff = true;
            timer = loop.schedule(this::due, ONE_TURN, TimeUnit.NANOSECONDS);
        } else {
            at = NEVER;
            passed.run();
        }
    }
}
