package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CIRCUITBREAKER_EXECUTION_EXCEPTION_ATTR;

import io.headgate.l7.HandOver;
import io.netty.channel.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * Tells a fallback on the slow lane why a circuit breaker of the fast lane has sent it a request, as Spring
 * Cloud Gateway's own filter does.
 */
public final class HandedOver implements WebFilter, Ordered {

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HandOver told = told(exchange.getRequest());
        if (told != null) {
            exchange.getAttributes().put(CIRCUITBREAKER_EXECUTION_EXCEPTION_ATTR, told.failure());
            HttpHeaders answer = exchange.getResponse().getHeaders();
            List<String> headers = told.headers();
            for (int i = 0; i + 1 < headers.size(); i += 2) {
                answer.add(headers.get(i), headers.get(i + 1));
            }
        }
        return chain.filter(exchange);
    }

    private static @Nullable HandOver told(ServerHttpRequest request) {
        Object received = ServerHttpRequestDecorator.getNativeRequest(request);
        Channel client = received instanceof Connection connection ? connection.channel() : null;
        return client == null ? null : HandOver.of(client);
    }
}
