package io.headgate.l4;

import io.headgate.net.Recurring;
import io.headgate.pool.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Waits until all connections have ended, and ends those that take too long; on none of the loops, as one may
 * be stuck.
 */
final class Farewell implements Runnable {

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int LOOKS_BETWEEN_CLOSES = 25;

    private final Shared shared;
    private final long start;
    private final long limit;
    private int late;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    private Farewell(Shared shared, Duration limit) {
        this.shared = shared;
        this.start = shared.clock().ticker().nanoTime();
        this.limit = limit.toNanos();
    }

    static CompletableFuture<@Nullable Void> start(Shared shared, Duration limit) {
        Farewell farewell = new Farewell(shared, limit);
        Future<?> looks = Recurring.every(LOOK, shared.loops().beside(), "The end of layer 4", farewell);
        CompletableFuture<?> _ = farewell.done.whenComplete((nothing, failure) -> looks.cancel(false));
        return farewell.done;
    }

    @Override
    public void run() {
        if (shared.admitted().get() == 0) {
            done.complete(null);
        } else if (shared.clock().ticker().nanoTime() - start >= limit
                && late++ % LOOKS_BETWEEN_CLOSES == 0) {
            shared.table().close(connection -> true, Reason.SHUTDOWN);
        }
    }
}
