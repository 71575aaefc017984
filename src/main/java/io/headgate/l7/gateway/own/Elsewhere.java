package io.headgate.l7.gateway.own;

import io.headgate.filter.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A decision that a virtual thread makes. Cancelling it interrupts the thread: otherwise each request whose
 * filter hangs would leave one behind.
 */
final class Elsewhere extends CompletableFuture<Decision> {

    private final Thread thread;

    private Elsewhere(Supplier<Decision> work) {
        this.thread = Thread.ofVirtual().name("headgate-filter").unstarted(() -> decide(work));
    }

    static Elsewhere begin(Supplier<Decision> work) {
        Elsewhere begun = new Elsewhere(work);
        begun.thread.start();
        return begun;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever a user's code throws fails the stage
    private void decide(Supplier<Decision> work) {
        try {
            complete(work.get());
        } catch (Throwable e) {
            completeExceptionally(e);
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean first = super.cancel(mayInterrupt);
        if (first) {
            thread.interrupt();
        }
        return first;
    }
}
