package io.headgate.l7.gateway;

import io.headgate.l7.BalanceKey;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** What a pool may balance one of Spring's requests on. */
record RequestParts(ServerHttpRequest request) implements BalanceKey.Parts {

    @Override
    public @Nullable String path() {
        return request.getURI().getRawPath();
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().getFirst(name);
    }

    @Override
    public @Nullable String lastLine(String name) {
        List<String> lines = request.getHeaders().getOrEmpty(name);
        return lines.isEmpty() ? null : lines.getLast();
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

    @Override
    public @Nullable InetSocketAddress peer() {
        return request.getRemoteAddress();
    }
}
