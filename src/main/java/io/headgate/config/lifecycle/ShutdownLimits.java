package io.headgate.config.lifecycle;

import io.headgate.config.properties.ShutdownProperties;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * How long a shutdown's steps may take. Spring gives each phase the same time, and silently goes on when it
 * is over: a longer delay or drain would be cut short. So each phase gets the time that its step may take.
 * The drain has two phases and one limit over both, which begins with the first.
 */
public final class ShutdownLimits {

    /** For the work of a step after its time is over, such as closing connections. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final Duration delay;
    private final Duration connections;
    private final Duration drain;
    private final Ticker ticker;
    private volatile long drainingSince;
    private volatile boolean draining;

    public ShutdownLimits(ShutdownProperties shutdown, Duration requests, Ticker ticker) {
        this.delay = shutdown.delay();
        this.connections = shutdown.drainTimeout();
        this.drain = requests.compareTo(connections) > 0 ? requests : connections;
        this.ticker = ticker;
    }

    public void applyTo(DefaultLifecycleProcessor processor) {
        processor.setTimeoutForShutdownPhase(ShutdownDelay.PHASE, delay.plus(MARGIN).toMillis());
        processor.setTimeoutForShutdownPhase(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE,
                drain.compareTo(connections) > 0 ? drain.toMillis() : connections.plus(MARGIN).toMillis());
        processor.setTimeoutForShutdownPhase(FastPathDrain.PHASE, drain.plus(MARGIN).toMillis());
    }

    /** How long open layer 4 connections may go on. */
    Duration connections() {
        return connections;
    }

    /** The drain begins. */
    void draining() {
        drainingSince = ticker.nanoTime();
        draining = true;
    }

    /** Whether the drain's time is over. */
    public boolean over() {
        return draining && ticker.nanoTime() - drainingSince >= drain.toNanos();
    }
}
