package io.headgate.l4.kernel;

import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the kernel's table when this process ends: it stays as it is and serves on, or it takes
 * nothing more, and goes when the connections have had their time.
 */
final class LastRules {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    private static final long LOOK_MILLIS = 200;

    private final ScheduledExecutorService thread;
    private final Rules rules;
    private final Served served;
    private final Ticker ticker;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    LastRules(ScheduledExecutorService thread, Rules rules, Served served, Ticker ticker) {
        this.thread = thread;
        this.rules = rules;
        this.served = served;
        this.ticker = ticker;
    }

    /** Completes at once, and the table stays. */
    CompletableFuture<@Nullable Void> keep() {
        thread.execute(() -> {
            log.info("The kernel's table {} stays, and goes on to lead connections to its members",
                    rules.table());
            done.complete(null);
        });
        return done;
    }

    /** Completes when the table is removed, which is when nothing is open or the time is up. */
    CompletableFuture<@Nullable Void> remove(Duration limit) {
        long end = ticker.nanoTime() + limit.toNanos();
        thread.execute(() -> orComplete(() -> {
            takeNothingMore();
            drain(end);
        }));
        return done;
    }

    private void takeNothingMore() {
        try {
            rules.become(List.of());
        } catch (IOException | RuntimeException e) { // the whole table goes in any case
            log.warn("The kernel's table {} cannot be emptied: {}", rules.table(), e.getMessage());
        }
    }

    private void drain(long end) throws IOException {
        boolean waits = false;
        try {
            waits = served.isAnyOpen() && ticker.nanoTime() - end < 0;
            if (!waits) {
                served.cutAll();
            }
        } catch (IOException | RuntimeException e) { // the rules must not stay because of that
            log.warn("What is open cannot be cut in the kernel: {}", e.getMessage());
        }
        if (waits) {
            thread.schedule(() -> orComplete(() -> drain(end)), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        rules.remove();
        done.complete(null);
    }

    /** Whoever waits for the end must not wait for ever because a step has failed. */
    private void orComplete(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException | Error e) {
            log.error("The kernel's table {} cannot be removed", rules.table(), e);
            done.complete(null);
        }
    }

    private interface Step {

        void run() throws IOException;
    }
}
