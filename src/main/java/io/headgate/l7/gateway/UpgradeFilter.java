package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Makes a WebSocket a plain exchange whose answer may be a 101: the member is asked before the client is
 * answered, by {@link PoolRoutingFilter}, and after a 101, {@link TunnelingFilter} passes bytes both ways.
 * Spring Cloud Gateway's own filter, which answers first and then speaks the protocol to both sides, comes
 * after this one and finds nothing to do. An upgrade to another protocol, or one that was not properly asked
 * for, is removed from the request, as on the fast lane.
 */
public final class UpgradeFilter implements GlobalFilter, Ordered {

    private static final String ASKED = UpgradeFilter.class.getName();

    /** Before SCG's WebsocketRoutingFilter. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 2;
    }

    /** Whether this exchange is for a WebSocket. */
    static boolean isFor(ServerWebExchange exchange) {
        return exchange.getAttribute(ASKED) != null;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI target = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
        String scheme = String.valueOf(target.getScheme());
        if (scheme.equals("ws") || scheme.equals("wss")) {
            exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR,
                    URI.create("http" + target.toString().substring("ws".length())));
        }
        String upgrade = exchange.getRequest().getHeaders().getUpgrade();
        if (upgrade == null) {
            return chain.filter(exchange);
        }
        if (asks(exchange, upgrade)) {
            exchange.getAttributes().put(ASKED, true);
        }
        return chain.filter(exchange.mutate().request(request -> request.headers(
                headers -> headers.remove(org.springframework.http.HttpHeaders.UPGRADE))).build());
    }

    private static boolean asks(ServerWebExchange exchange, @Nullable String upgrade) {
        HttpServerRequest received = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        HttpHeaders headers = received.requestHeaders();
        return HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(upgrade)
                && received.method().equals(HttpMethod.GET) && received.version().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    }
}
