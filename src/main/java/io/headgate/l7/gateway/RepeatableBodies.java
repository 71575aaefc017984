package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CACHED_REQUEST_BODY_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CACHED_SERVER_HTTP_REQUEST_DECORATOR_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cloud.gateway.event.EnableBodyCachingEvent;
import org.springframework.cloud.gateway.filter.AdaptCachedBodyGlobalFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Keeps bodies for routes that may have to send them again, as {@link AdaptCachedBodyGlobalFilter} does, but
 * only those that are small by their Content-Length. Any other body is passed on as it comes, and Retry does
 * not repeat its request.
 */
public final class RepeatableBodies
        implements
            GlobalFilter,
            Ordered,
            ApplicationListener<EnableBodyCachingEvent> {

    /** More than any route's number of retries: this many were made. */
    private static final Integer NO_MORE = Integer.MAX_VALUE / 2;

    private final Set<String> routes = ConcurrentHashMap.newKeySet();

    @Override
    public void onApplicationEvent(EnableBodyCachingEvent event) {
        routes.add(event.getRouteId());
    }

    /** As SCG's own, behind the filter that releases what is kept. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1000;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        ServerHttpRequest kept = exchange.getAttribute(CACHED_SERVER_HTTP_REQUEST_DECORATOR_ATTR);
        if (kept != null) { // by the ReadBody predicate
            exchange.getAttributes().remove(CACHED_SERVER_HTTP_REQUEST_DECORATOR_ATTR);
            return chain.filter(exchange.mutate().request(kept).build());
        }
        Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
        SlowRequest slow = SlowRequest.find(exchange).orElse(null);
        if (slow == null || route == null || !routes.contains(route.getId()) || !slow.hasBody()
                || exchange.getAttribute(CACHED_REQUEST_BODY_ATTR) != null) {
            return chain.filter(exchange);
        }
        if (!slow.kept().takeAll(exchange.getRequest().getHeaders().getContentLength())) {
            exchange.getAttributes().put(RetryGatewayFilterFactory.RETRY_ITERATION_KEY, NO_MORE);
            return chain.filter(exchange);
        }
        return ServerWebExchangeUtils.cacheRequestBody(exchange,
                request -> chain.filter(exchange.mutate().request(request).build()));
    }
}
