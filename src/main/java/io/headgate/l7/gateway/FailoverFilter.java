package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ALREADY_PREFIXED_ATTR;

import io.headgate.l7.route.Failover;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Runs what comes after it once more, with another pool, if the route's own has not served the request. */
record FailoverFilter(Failover policy) implements GatewayFilter {

    private static final String ATTRIBUTE = FailoverFilter.class.getName();

    /** The pool that takes the request instead of its route's; null for that one. */
    static @Nullable String pool(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        HttpHeaders before = copy(exchange.getResponse().getHeaders());
        boolean prefixed = exchange.getAttribute(GATEWAY_ALREADY_PREFIXED_ATTR) != null;
        return chain.filter(exchange).materialize().flatMap(end -> {
            Throwable error = end.getThrowable();
            if (pool(exchange) != null || !takes(exchange, error)) {
                return error == null ? Mono.empty() : Mono.error(error);
            }
            exchange.getAttributes().put(ATTRIBUTE, policy.pool());
            ServerWebExchangeUtils.reset(exchange);
            HttpHeaders headers = exchange.getResponse().getHeaders();
            headers.clear();
            headers.putAll(before);
            if (!prefixed) {
                exchange.getAttributes().remove(GATEWAY_ALREADY_PREFIXED_ATTR);
            }
            return chain.filter(exchange);
        });
    }

    private boolean takes(ServerWebExchange exchange, @Nullable Throwable error) {
        SlowRequest slow = SlowRequest.of(exchange);
        if (exchange.getResponse().isCommitted() || slow.lost() != null || !slow.hasWholeBody(exchange)) {
            return false;
        }
        String method = exchange.getRequest().getMethod().name();
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        return error != null
                ? policy.takes(Failures.reason(error), method)
                : status != null && exchange.getAttribute(CLIENT_RESPONSE_ATTR) != null
                        && policy.takes(status.value(), method);
    }

    private static HttpHeaders copy(HttpHeaders headers) {
        HttpHeaders copy = new HttpHeaders();
        headers.forEach((name, values) -> copy.put(name, new ArrayList<>(values)));
        return copy;
    }

    @Override
    public String toString() {
        return "[Failover " + policy.pool() + "]";
    }
}
