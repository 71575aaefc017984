package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Notes the route of a request. It is the first of all filters, so that the route is known whichever filter
 * answers. It also ends a request that routes forward to each other ({@code forward:}) endlessly.
 */
public final class RouteNote implements GlobalFilter, Ordered {

    private static final int MAX_FORWARDS = 10;

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
        if (route != null && SlowRequest.of(exchange).route(route.getId()) > 1 + MAX_FORWARDS) {
            return Mono.error(new IllegalStateException("route " + route.getId()
                    + ": forwarded more than "
                    + MAX_FORWARDS + " times (expected: a target that is not forwarded here again)"));
        }
        return chain.filter(exchange);
    }
}
