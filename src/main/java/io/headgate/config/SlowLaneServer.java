package io.headgate.config;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import reactor.netty.http.server.HttpServer;

/**
 * Reactor Netty's server as Boot has set it up for {@code server.port}, for the listeners beside it: with
 * Spring's handler, and everything that is configured but TLS.
 */
final class SlowLaneServer implements Supplier<HttpServer> {

    private final ObjectProvider<HttpHandler> handler;
    private volatile @Nullable HttpServer configured;

    SlowLaneServer(ObjectProvider<HttpHandler> handler) {
        this.handler = handler;
    }

    /** Boot has set it up, and has not started it. */
    void configured(HttpServer server) {
        configured = server;
    }

    @Override
    public HttpServer get() {
        HttpServer server = configured;
        if (server == null) {
            throw new IllegalStateException("there is no web server yet");
        }
        return server.handle(new ReactorHttpHandlerAdapter(handler.getObject()));
    }
}
