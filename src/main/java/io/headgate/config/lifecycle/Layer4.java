package io.headgate.config.lifecycle;

import io.headgate.l4.Listeners;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Ends layer 4 in the same phase in which Boot ends the web server gracefully, so that requests and
 * connections drain side by side.
 */
public final class Layer4 implements SmartLifecycle {

    private final Listeners listeners;
    private final ShutdownLimits limits;
    private volatile boolean running;

    public Layer4(Listeners listeners, ShutdownLimits limits) {
        this.listeners = listeners;
        this.limits = limits;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        limits.draining();
        listeners.stop(limits.connections()).whenComplete((done, error) -> callback.run());
    }

    @Override
    public void stop() {
        stop(() -> {
        });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
