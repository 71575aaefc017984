package io.headgate.l7.gateway;

import io.headgate.l7.BalanceKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** What a pool may balance one of Spring's requests on. */
record RequestParts(ServerHttpRequest request, @Nullable InetSocketAddress client,
        @Nullable String user)
        implements
            BalanceKey.Parts {

    RequestParts(ServerWebExchange exchange) {
        this(exchange.getRequest(), SlowRequest.of(exchange));
    }

    private RequestParts(ServerHttpRequest request, SlowRequest slow) {
        this(request, slow.client(), slow.user());
    }

    @Override
    public @Nullable String path() {
        return request.getURI().getRawPath();
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().getFirst(name);
    }

    @Override
    public @Nullable String cookie(String name) {
        HttpCookie cookie = request.getCookies().getFirst(name);
        return cookie == null ? null : cookie.getValue();
    }

    @Override
    public @Nullable String parameter(String name) {
        return request.getQueryParams().getFirst(name);
    }
}
