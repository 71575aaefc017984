package io.headgate.testing;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Real time that goes by: for a peer whose slowness is what is tested, and for silence in which nothing may
 * happen. Whatever gives a sign is awaited instead; nobody else waits like this, which ArchitectureTest
 * holds.
 */
public final class Pause {

    private Pause() {
    }

    /**
     * Returns after this time.
     *
     * @param why what goes by without a sign; a thread dump shows it
     */
    public static void of(Duration time, String why) {
        Ticker ticker = Ticker.systemTicker();
        long end = ticker.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - ticker.nanoTime()) {
            LockSupport.parkNanos(why, left);
            if (Thread.interrupted()) {
                throw new IllegalStateException("interrupted: " + why);
            }
        }
    }
}
