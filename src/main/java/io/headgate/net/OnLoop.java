package io.headgate.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Brings callbacks home to the event loop whose state they touch. Netty completes a connect future on its
 * global executor where no channel could be made (no file descriptor is left), and a resolver's on its own:
 * whoever goes on there works on the same request in two threads at once.
 */
public final class OnLoop {

    private OnLoop() {
    }

    /** Calls back on the loop once this is done: at once where it is done on the loop already. */
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
