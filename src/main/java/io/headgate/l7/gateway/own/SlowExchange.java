package io.headgate.l7.gateway.own;

import io.headgate.filter.Headers;
import io.headgate.filter.Request;
import io.headgate.l7.gateway.RequestNotes;
import io.headgate.l7.route.BodyChange;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * A request of the slow lane as a user's filter sees it. Spring's requests do not change: what the filter
 * changes is kept here, and the next filter gets a request that has it.
 */
final class SlowExchange implements Request {

    private final ServerWebExchange exchange;
    private final ServerHttpRequest request;
    private @Nullable HttpHeaders headers;
    private String path;
    private @Nullable String query;
    private boolean moved;

    SlowExchange(ServerWebExchange exchange) {
        this.exchange = exchange;
        this.request = exchange.getRequest();
        this.path = request.getURI().getRawPath();
        this.query = request.getURI().getRawQuery();
    }

    /**
     * With all that has changed.
     *
     * @param body what changes the body, null for nothing
     */
    ServerWebExchange changed(@Nullable BodyChange body) {
        ServerWebExchange next = changed();
        return body == null || !RequestNotes.hasBody(exchange)
                || !(exchange.getResponse().bufferFactory() instanceof NettyDataBufferFactory buffers)
                        ? next
                        : next.mutate().request(SlowBodies.changed(next.getRequest(), body, buffers)).build();
    }

    private ServerWebExchange changed() {
        HttpHeaders changed = headers;
        if (changed == null && !moved) {
            return exchange;
        }
        ServerHttpRequest.Builder next = request.mutate();
        if (changed != null) {
            next.headers(all -> {
                all.clear();
                all.addAll(changed);
            });
        }
        if (moved) {
            URI uri = request.getURI();
            next.uri(URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path
                    + (query == null ? "" : "?" + query)));
        }
        return exchange.mutate().request(next.build()).build();
    }

    @Override
    public String method() {
        return request.getMethod().name();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void path(String raw) {
        int mark = raw.indexOf('?');
        path = mark < 0 ? raw : raw.substring(0, mark);
        if (mark >= 0) {
            query = raw.substring(mark + 1) + (query == null ? "" : '?' + query);
        }
        moved = true;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public void query(@Nullable String raw) {
        query = raw;
        moved = true;
    }

    @Override
    public Headers headers() {
        HttpHeaders own = headers;
        if (own == null) {
            own = new HttpHeaders();
            own.addAll(request.getHeaders());
            headers = own;
        }
        return new SlowHeaders(own);
    }

    @Override
    public @Nullable InetSocketAddress client() {
        return RequestNotes.client(exchange);
    }

    @Override
    public String route() {
        Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
        return route == null ? "" : route.getId();
    }

    @Override
    public Map<String, String> variables() {
        return Map.copyOf(ServerWebExchangeUtils.getUriTemplateVariables(exchange));
    }

    @Override
    public @Nullable Object attribute(String name) {
        return exchange.getAttribute(key(name));
    }

    @Override
    public void attribute(String name, Object value) {
        exchange.getAttributes().put(key(name), value);
    }

    private static String key(String name) {
        return "io.headgate.filter." + name;
    }
}
