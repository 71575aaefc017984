package io.headgate.config.lifecycle;

import io.headgate.l4.Listeners;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/**
 * Ends layer 4 in the same phase in which Boot ends the web server gracefully, so that requests and
 * connections drain side by side.
 */
public final class Layer4 extends ShutdownStep {

    private final Listeners listeners;
    private final ShutdownLimits limits;

    public Layer4(Listeners listeners, ShutdownLimits limits) {
        super(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
        this.listeners = listeners;
        this.limits = limits;
    }

    @Override
    void end(Runnable callback) {
        limits.draining();
        listeners.stop(limits.connections()).whenComplete((done, error) -> callback.run());
    }
}
