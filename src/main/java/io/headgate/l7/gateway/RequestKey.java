package io.headgate.l7.gateway;

import io.headgate.pool.HashOn;
import io.headgate.pool.KeyHash;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The hash of what a pool balances a request on; of the client's address where the request does not have it.
 */
final class RequestKey {

    private RequestKey() {
    }

    static long hash(HashOn on, ServerHttpRequest request) {
        String key = key(on, request);
        return key != null ? KeyHash.of(key) : source(request.getRemoteAddress());
    }

    private static @Nullable String key(HashOn on, ServerHttpRequest request) {
        return switch (on.part()) {
            case SOURCE -> null;
            case PATH -> request.getURI().getRawPath();
            case HEADER -> request.getHeaders().getFirst(on.name());
            case COOKIE -> {
                HttpCookie cookie = request.getCookies().getFirst(on.name());
                yield cookie == null ? null : cookie.getValue();
            }
            case QUERY -> request.getQueryParams().getFirst(on.name());
        };
    }

    private static long source(@Nullable InetSocketAddress peer) {
        return peer == null || peer.getAddress() == null ? 0 : KeyHash.of(peer.getAddress().getAddress());
    }
}
