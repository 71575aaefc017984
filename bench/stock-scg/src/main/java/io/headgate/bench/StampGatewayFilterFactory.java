package io.headgate.bench;

import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.AbstractNameValueGatewayFilterFactory.NameValueConfig;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Tells members a header, and clients that it did: bench/headgate/filters has the same for Headgate. */
@Component
public class StampGatewayFilterFactory extends AbstractGatewayFilterFactory<NameValueConfig> {

    public StampGatewayFilterFactory() {
        super(NameValueConfig.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("name", "value");
    }

    @Override
    public GatewayFilter apply(NameValueConfig config) {
        return (exchange, chain) -> chain
                .filter(exchange.mutate()
                        .request(request -> request.header(config.getName(), config.getValue()))
                        .build())
                .then(Mono.fromRunnable(
                        () -> exchange.getResponse().getHeaders().set("X-Stamped", config.getValue())));
    }
}
