package io.headgate.l7.gateway.expand;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ALREADY_PREFIXED_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.addOriginalRequestUrl;

import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** PrefixPath, whose variables stay segments. Routes name a filter by its class, so it has the same name. */
final class PrefixPathGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.PrefixPathGatewayFilterFactory {

    @Override
    public GatewayFilter apply(Config config) {
        TargetTemplate template = TargetTemplate.path(Objects.requireNonNull(config.getPrefix()));
        return new Named(super.apply(config), (exchange, chain) -> {
            if (exchange.getAttributes().put(GATEWAY_ALREADY_PREFIXED_ATTR, true) instanceof Boolean before
                    && before) {
                return chain.filter(exchange);
            }
            ServerHttpRequest request = exchange.getRequest();
            addOriginalRequestUrl(exchange, request.getURI());
            String path = Variables.of(exchange).inPath(template) + request.getURI().getRawPath();
            return chain.filter(exchange.mutate().request(request.mutate().path(path).build()).build());
        });
    }
}
