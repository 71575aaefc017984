package io.headgate.l7.cache;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request that waits, for a limited time. It goes on once, on its own event loop. */
final class Waiting implements Runnable {

    private final Awaited other;
    private final ScheduledExecutorService loop;
    private final Runnable onward;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable ScheduledFuture<?> limit;

    Waiting(Awaited other, ScheduledExecutorService loop, Runnable onward) {
        this.other = other;
        this.loop = loop;
        this.onward = onward;
    }

    void begin(long nanos) {
        limit = loop.schedule(this::late, nanos, TimeUnit.NANOSECONDS);
        if (!other.join(this)) {
            run();
        }
    }

    private void late() {
        other.leave(this);
        run();
    }

    @Override
    public void run() {
        if (over.compareAndSet(false, true)) {
            stopWatch();
            loop.execute(onward);
        }
    }

    /** The request is over: it does not go on. */
    void cancel() {
        if (over.compareAndSet(false, true)) {
            other.leave(this);
            stopWatch();
        }
    }

    private void stopWatch() {
        ScheduledFuture<?> watch = limit;
        if (watch != null) {
            watch.cancel(false);
        }
    }
}
