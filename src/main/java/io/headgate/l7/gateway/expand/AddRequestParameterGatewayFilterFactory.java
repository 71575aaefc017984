package io.headgate.l7.gateway.expand;

import java.net.URI;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * AddRequestParameter, whose variables stay within their parameter. Routes name a filter by its class, so it
 * has the same name.
 */
final class AddRequestParameterGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.AddRequestParameterGatewayFilterFactory {

    @Override
    public GatewayFilter apply(NameValueConfig config) {
        GatewayFilter theirs = super.apply(config);
        String text = Objects.requireNonNull(config.getValue());
        TargetTemplate template = TargetTemplate.value(text, Queries::escaped);
        if (template.isConstant()) {
            return theirs;
        }
        String name = Queries.escaped(Objects.requireNonNull(config.getName())) + '=';
        return new Named(theirs, (exchange, chain) -> {
            ServerHttpRequest request = exchange.getRequest();
            String parameter = name + Variables.of(exchange).inQuery(template);
            URI to = Queries.withQuery(request.getURI(),
                    Queries.plus(request.getURI().getRawQuery(), parameter));
            return chain.filter(exchange.mutate().request(request.mutate().uri(to).build()).build());
        });
    }
}
