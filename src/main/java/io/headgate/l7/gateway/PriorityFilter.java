package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.headgate.l7.Priority;
import io.headgate.net.Overload;
import io.headgate.pool.Reason;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Refuses requests of the slow lane by their route's priority, before any other filter works for them. */
public final class PriorityFilter implements GlobalFilter, Ordered {

    private final Overload overload;
    private final ProblemHandler problems;

    public PriorityFilter(Overload overload, ProblemHandler problems) {
        this.overload = overload;
        this.problems = problems;
    }

    /** Behind {@link RouteNote}. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
        return overload.level() != Overload.Level.NONE && route != null
                && Priority.of(route.getMetadata()).isShed(overload)
                        ? problems.handle(exchange, new Failure(Reason.OVERLOADED, null))
                        : chain.filter(exchange);
    }
}
