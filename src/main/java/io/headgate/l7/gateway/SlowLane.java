package io.headgate.l7.gateway;

import io.headgate.l7.CacheUse;
import io.headgate.pool.Reason;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** What a filter in another package needs to know and to report about a request on the slow lane. */
public final class SlowLane {

    private SlowLane() {
    }

    /** The event loop of the client's connection. */
    public static ScheduledExecutorService loop(ServerWebExchange exchange) {
        return SlowRequest.of(exchange).loop();
    }

    /** Whether the client sends a body, whatever filters make of its headers. */
    public static boolean hasBody(ServerWebExchange exchange) {
        return SlowRequest.of(exchange).hasBody();
    }

    /** Whether it is known who sends it, by a filter or by a certificate. */
    public static boolean isPersonal(ServerWebExchange exchange) {
        return SlowRequest.of(exchange).isPersonal();
    }

    /** The reason for a failure. */
    public static Reason reason(Throwable error) {
        return Failures.reason(error);
    }

    /** What is written from now on is a member's answer that the cache had. */
    public static void stored(ServerWebExchange exchange) {
        Pages pages = SlowRequest.of(exchange).pages();
        if (pages != null) {
            pages.stored();
        }
    }

    /** Reports what the route's cache did; the access log and the meters have it at the request's end. */
    public static void cached(ServerWebExchange exchange, @Nullable CacheUse use) {
        SlowRequest.of(exchange).cached(use);
    }
}
