package io.headgate.config.lifecycle;

import io.headgate.l7.port.HttpListeners;
import io.headgate.l7.port.Port;
import io.headgate.net.EventLoops;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step of a shutdown: readiness is down already (Boot sees to that), and new work is still accepted
 * for a while, so that balancers in front can notice. From now on, answers close their connections, so that
 * clients have gone elsewhere when the port closes.
 */
public final class ShutdownDelay extends ShutdownStep {

    /** Stopped before everything else. */
    static final int PHASE = Integer.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownDelay.class);

    private static final int LOOKS = 50;
    private static final int LOOK_MILLIS = 20;

    private final Duration delay;
    private final Port port;
    private final HttpListeners listeners;
    private final EventLoops loops;

    public ShutdownDelay(Duration delay, Port port, HttpListeners listeners, EventLoops loops) {
        super(PHASE);
        this.delay = delay;
        this.port = port;
        this.listeners = listeners;
        this.loops = loops;
    }

    @Override
    void end(Runnable callback) {
        port.drain();
        listeners.drain();
        if (!delay.isZero()) {
            LOG.info("Shutting down: readiness is down, new requests are accepted for {} more", delay);
        }
        later(callback, LOOKS, delay.toMillis());
    }

    /** Works even if a loop is stuck. */
    private void later(Runnable callback, int looks, long millis) {
        Future<?> _ = loops.beside().schedule(() -> closed(callback, looks), millis, TimeUnit.MILLISECONDS);
    }

    /** Clients with HTTP/2 that have not read the GOAWAY yet get a moment to do so. */
    private void closed(Runnable callback, int looks) {
        if (looks > 0 && !(port.isDrainKnown() && listeners.isDrainKnown())) {
            later(callback, looks - 1, LOOK_MILLIS);
        } else {
            port.finish();
            listeners.finish();
            callback.run();
        }
    }
}
