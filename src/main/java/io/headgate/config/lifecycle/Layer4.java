package io.headgate.config.lifecycle;

import io.headgate.l4.Listeners;
import io.headgate.l7.port.HttpListeners;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/**
 * Ends layer 4 in the same phase in which Boot ends the web server gracefully, so that requests and
 * connections drain side by side.
 */
public final class Layer4 extends ShutdownStep {

    private final Listeners listeners;
    private final HttpListeners http;
    private final ShutdownLimits limits;

    public Layer4(Listeners listeners, HttpListeners http, ShutdownLimits limits) {
        super(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
        this.listeners = listeners;
        this.http = http;
        this.limits = limits;
    }

    @Override
    void end(Runnable callback) {
        limits.draining();
        var stopped = listeners.stop(limits.connections());
        http.finish(); // those that have come since that was said before
        stopped.whenComplete((done, error) -> callback.run());
    }
}
