package io.headgate.l7.gateway;

import io.headgate.l7.pages.ErrorPages;
import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What Headgate's own filters report about a request on the slow lane. */
public final class RequestNotes {

    private RequestNotes() {
    }

    /** Who sent it. */
    public static void user(ServerWebExchange exchange, String name) {
        SlowRequest.of(exchange).user(name);
    }

    /** The filter has looked at who sends the request, so the answer may be for this client only. */
    public static void personal(ServerWebExchange exchange) {
        SlowRequest.of(exchange).personal();
    }

    /** Why the filter answers it. */
    public static void refused(ServerWebExchange exchange, Reason reason) {
        SlowRequest.of(exchange).refused(reason);
    }

    /** The pages in the place of errors on its route. */
    public static void pages(ServerWebExchange exchange, ErrorPages ofRoute) {
        Pages pages = SlowRequest.of(exchange).pages();
        if (pages != null) {
            pages.ofRoute(ofRoute, exchange);
        }
    }

    /** The client: the peer, or whom a trusted peer names. */
    public static @Nullable InetSocketAddress client(ServerWebExchange exchange) {
        return SlowRequest.of(exchange).client();
    }

    /** Whether the client sends a body. */
    public static boolean hasBody(ServerWebExchange exchange) {
        return SlowRequest.of(exchange).hasBody();
    }

    /** The event loop of its client's connection. */
    public static Scheduler loop(ServerWebExchange exchange) {
        return Schedulers.fromExecutorService(SlowRequest.of(exchange).loop());
    }
}
