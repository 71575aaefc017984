package io.headgate.l7.gateway.expand;

import java.util.List;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.support.HttpStatusHolder;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/**
 * SetStatus, which also works for a code without a name. Spring Cloud Gateway sets such a code only on its
 * server's own answers. Routes name a filter by its class, so it has the same name.
 */
final class SetStatusGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory {

    SetStatusGatewayFilterFactory(
            org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory theirs) {
        String header = theirs.getOriginalStatusHeaderName();
        if (header != null) {
            setOriginalStatusHeaderName(header);
        }
    }

    @Override
    public GatewayFilter apply(Config config) {
        GatewayFilter theirs = super.apply(config);
        HttpStatusHolder holder = HttpStatusHolder.parse(Objects.requireNonNull(config.getStatus()));
        Integer code = holder.getStatus();
        if (holder.getHttpStatus() != null || code == null) {
            return theirs;
        }
        return new Named(theirs, (exchange, chain) -> chain.filter(exchange)
                .then(Mono.fromRunnable(() -> set(exchange.getResponse(), code))));
    }

    private void set(ServerHttpResponse response, int code) {
        HttpStatusCode before = response.getStatusCode();
        String header = getOriginalStatusHeaderName();
        if (response.setStatusCode(HttpStatusCode.valueOf(code)) && header != null && before != null) {
            response.getHeaders().set(header, List.of(before.value()).toString());
        }
    }
}
