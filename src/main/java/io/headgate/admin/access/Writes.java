package io.headgate.admin.access;

import java.net.InetSocketAddress;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** Tells a request that may change something from one that cannot. */
final class Writes {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
            HttpMethod.TRACE);

    private Writes() {
    }

    static boolean is(ServerWebExchange exchange) {
        return !SAFE.contains(exchange.getRequest().getMethod());
    }

    /** Where it comes from, as an address without port. */
    static String from(ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        return peer == null || peer.getAddress() == null ? "unknown" : peer.getAddress().getHostAddress();
    }
}
