package io.headgate.l7.gateway.expand;

import io.headgate.l7.BadTargetException;
import io.headgate.l7.port.Remade;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;

/**
 * SetRequestHostHeader, whose variables must make a valid host; otherwise the request is refused. Routes name
 * a filter by its class, so it has the same name.
 */
final class SetRequestHostHeaderGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.SetRequestHostHeaderGatewayFilterFactory {

    @Override
    public GatewayFilter apply(Config config) {
        GatewayFilter stock = super.apply(config);
        return new Named(stock, (exchange, chain) -> {
            if (!Remade.permitsHost(ServerWebExchangeUtils.expand(exchange, config.getHost()))) {
                throw new BadTargetException("a URI variable makes an invalid host");
            }
            return stock.filter(exchange, chain);
        });
    }
}
