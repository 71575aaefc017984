package io.headgate.l7.gateway.expand;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.addOriginalRequestUrl;

import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** SetPath, whose variables stay segments. Routes name a filter by its class, so it has the same name. */
final class SetPathGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.SetPathGatewayFilterFactory {

    @Override
    public GatewayFilter apply(Config config) {
        TargetTemplate template = TargetTemplate.path(Objects.requireNonNull(config.getTemplate()));
        return new Named(super.apply(config), (exchange, chain) -> {
            ServerHttpRequest request = exchange.getRequest();
            addOriginalRequestUrl(exchange, request.getURI());
            String path = Variables.of(exchange).inPath(template);
            return chain.filter(exchange.mutate().request(request.mutate().path(path).build()).build());
        });
    }
}
