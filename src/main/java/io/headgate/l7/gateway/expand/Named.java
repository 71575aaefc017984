package io.headgate.l7.gateway.expand;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** A filter that is shown under the name of the one that it replaces. */
record Named(GatewayFilter shown, GatewayFilter filter) implements GatewayFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return filter.filter(exchange, chain);
    }

    @Override
    public String toString() {
        return shown.toString();
    }
}
