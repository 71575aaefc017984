package io.headgate.admin.access;

import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** Distinguishes requests that may change something from those that cannot. */
final class Writes {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
            HttpMethod.TRACE);

    private static final String WHO = "headgate.who";

    private Writes() {
    }

    static boolean is(ServerWebExchange exchange) {
        return !SAFE.contains(exchange.getRequest().getMethod());
    }

    /** Records the user, for the audit log. */
    static void by(ServerWebExchange exchange, String who) {
        exchange.getAttributes().put(WHO, who);
    }

    static @Nullable String by(ServerWebExchange exchange) {
        return exchange.getAttribute(WHO);
    }

    /** The client's address, without the port. */
    static String from(ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        return peer == null || peer.getAddress() == null ? "unknown" : peer.getAddress().getHostAddress();
    }
}
