package io.headgate.l7.gateway.cached;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;

import io.headgate.l7.cache.CachedReply;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientResponse;

/** Shows the head of a member's answer to the cache before any filter has changed it. */
public final class CacheHead implements GlobalFilter, Ordered {

    /** Just before the filter that asks the member. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        SlowCaching caching = SlowCaching.of(exchange);
        return caching == null
                ? chain.filter(exchange)
                : chain.filter(exchange).then(Mono.fromRunnable(() -> came(exchange, caching)));
    }

    private static void came(ServerWebExchange exchange, SlowCaching caching) {
        HttpClientResponse response = exchange.getAttribute(CLIENT_RESPONSE_ATTR);
        if (response == null) {
            return; // a tunnel, or no member
        }
        HttpHeaders received = response.responseHeaders();
        CachedReply instead = caching.turn().head(response.status(), SlowCaching.headers(
                exchange.getResponse().getHeaders()), isDelimited(response, received));
        if (instead != null) {
            caching.replaces(instead);
        } else {
            caching.tell(exchange.getResponse());
        }
    }

    private static boolean isDelimited(HttpClientResponse response, HttpHeaders headers) {
        int status = response.status().code();
        return headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                || headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || status == 204 || response.version().majorVersion() > 1;
    }
}
