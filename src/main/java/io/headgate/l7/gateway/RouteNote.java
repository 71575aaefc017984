package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CIRCUITBREAKER_EXECUTION_EXCEPTION_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Notes the route of a request. It is the first of all filters, so that the route is known whichever filter
 * answers. It also ends a request that routes forward to each other ({@code forward:}) endlessly, and one
 * whose fallback would wait for a body that is gone.
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
        Throwable failure = exchange.getAttribute(CIRCUITBREAKER_EXECUTION_EXCEPTION_ATTR);
        if (failure != null && !SlowRequest.of(exchange).hasWholeBody(exchange)) {
            return Mono.error(failure); // it is the fallback, and part of the body has gone to a member
        }
        return chain.filter(exchange);
    }
}
