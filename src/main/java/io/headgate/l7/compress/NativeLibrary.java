package io.headgate.l7.compress;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an encoder needs of the platform. It is copied out of a jar and linked, which takes some 20 ms, and
 * fails on other platforms and where the folder for temporary files cannot be written or executed from. So it
 * is loaded once a route wants it, by a thread of its own.
 */
final class NativeLibrary {

    /** Nothing has to be loaded. */
    static final NativeLibrary OF_THE_JDK = loaded();

    private static final Logger LOG = LoggerFactory.getLogger("headgate.compression");

    private final String name;
    private final Runnable load;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    private volatile boolean isLoaded;

    NativeLibrary(String name, Runnable load) {
        this.name = name;
        this.load = load;
    }

    private static NativeLibrary loaded() {
        NativeLibrary none = new NativeLibrary("", () -> {
        });
        none.begun.set(true);
        none.now();
        return none;
    }

    /** The first call loads it, elsewhere. */
    CompletableFuture<Boolean> load() {
        if (begun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("headgate-load-" + name).start(this::now);
        }
        return outcome;
    }

    private void now() {
        try {
            load.run();
            isLoaded = true;
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("compression: {} is not used, because its library cannot be loaded: {}", name,
                    e.toString());
        }
        outcome.complete(isLoaded);
    }

    boolean isLoaded() {
        return isLoaded;
    }
}
