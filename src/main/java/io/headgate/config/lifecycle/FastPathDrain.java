package io.headgate.config.lifecycle;

import io.headgate.l7.fast.FastPath;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits at shutdown until the fast path has served what it had begun, and tunnels have ended or had their
 * time. It comes after the web server has been told to end gracefully, which closes idle connections and
 * marks busy ones, and before the server is stopped. The limit began when the web server was told.
 */
public final class FastPathDrain extends ShutdownStep {

    /** Between Boot's phases for ending gracefully (1024 below the highest) and for stopping (2048 below). */
    public static final int PHASE = Integer.MAX_VALUE - 1536;

    private static final long LOOK_MILLIS = 20;

    private final FastPath fastPath;
    private final ScheduledExecutorService beside;
    private final BooleanSupplier over;

    /**
     * Looks from time to time, on a thread that is not an event loop, because a loop may be stuck.
     *
     * @param over whether the time is over
     */
    public FastPathDrain(FastPath fastPath, ScheduledExecutorService beside, BooleanSupplier over) {
        super(PHASE);
        this.fastPath = fastPath;
        this.beside = beside;
        this.over = over;
    }

    @Override
    void end(Runnable callback) {
        if ((fastPath.underWay() == 0 && fastPath.openTunnels() == 0) || over.getAsBoolean()) {
            callback.run();
        } else {
            @SuppressWarnings("unused")
            var next = beside.schedule(() -> end(callback), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
