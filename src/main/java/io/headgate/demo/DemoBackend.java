package io.headgate.demo;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A small HTTP service that says its name, and that can be made sick and well again. */
final class DemoBackend {

    private DemoBackend() {
    }

    static DisposableServer start(String name, int port) {
        AtomicBoolean well = new AtomicBoolean(true);
        return HttpServer.create().host("127.0.0.1").port(port).route(routes -> routes
                .get("/healthz",
                        (request, response) -> response.status(well.get() ? 200 : 503)
                                .sendString(Mono.just(well.get() ? "well\n" : "sick\n")))
                .post("/sick", (request, response) -> {
                    well.set(false);
                    return response.sendString(Mono.just(name + " is sick now\n"));
                }).post("/well", (request, response) -> {
                    well.set(true);
                    return response.sendString(Mono.just(name + " is well now\n"));
                }).route(request -> true, (request, response) -> response
                        .sendString(Mono
                                .just(name + " answers " + request.method() + " " + request.uri() + "\n"))))
                .bindNow();
    }
}
