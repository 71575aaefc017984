package io.headgate.observe.output;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The end of the process waits for what is still to be written, but not for a reader that is not there. */
public final class LastLines {

    /**
     * At the end, so long without a line written means that nobody reads any more: no other log waits then.
     */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(1500);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);

    private static final Ticker TICKER = Ticker.systemTicker();
    /** Found out at the end, by whichever log ended first. */
    private static volatile boolean unread;

    private LastLines() {
    }

    /**
     * Waits until all is written, or until it gets no further.
     *
     * @param progress grows with all that is written
     */
    public static void await(BooleanSupplier over, LongSupplier progress) {
        long patience = unread ? SHORT : PATIENCE;
        long begun = TICKER.nanoTime();
        long last = begun;
        for (long before = progress.getAsLong(); !over.getAsBoolean();) {
            long now = TICKER.nanoTime();
            if (progress.getAsLong() != before) {
                before = progress.getAsLong();
                last = now;
            }
            unread = now - last >= patience;
            if (unread || now - begun >= LONGEST) {
                return;
            }
            LockSupport.parkNanos(LastLines.class, TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
