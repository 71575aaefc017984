package io.headgate.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs callbacks on the event loop whose state they touch. If no channel could be made (no file descriptor is
 * left), Netty completes the connect future on its global executor, and a resolver's future on its own. A
 * callback that continued there would work on a request in two threads at once.
 */
public final class OnLoop {

    private OnLoop() {
    }

    /** Calls back on the loop once this is done; at once if it is already done and this is the loop. */
    public static <F extends Future<?>> void whenDone(F future, EventExecutor loop,
            Consumer<? super F> then) {
        future.addListener(done -> {
            if (loop.inEventLoop()) {
                then.accept(future);
            } else {
                loop.execute(() -> then.accept(future));
            }
        });
    }
}
