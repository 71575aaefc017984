package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.CacheRules;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.cache.ResponseCache;
import java.util.function.Supplier;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Makes a route a cached one on the slow lane. Its two ends are here: before all that changes the request or
 * its answer, and around what writes the answer. {@link CacheLookUp} is in between, just before a member is
 * asked.
 */
final class CacheFilter implements GatewayFilter, Ordered {

    private final Supplier<ResponseCache> cache;
    private final CacheRules rules;

    CacheFilter(Supplier<ResponseCache> cache, CacheRules rules) {
        this.cache = cache;
        this.rules = rules;
    }

    /** Before the filter that writes what the member has answered, and before that of all routes. */
    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (SlowCaching.of(exchange) != null) {
            return chain.filter(exchange); // twice in the chain, or the route has rules of its own
        }
        return Mono.defer(() -> {
            SlowCaching caching = new SlowCaching(new Caching(cache.get(), rules).turn(), exchange);
            caching.begin();
            ServerWebExchange storing = exchange.mutate()
                    .response(new StoringResponse(exchange.getResponse(), caching.turn())).build();
            return chain.filter(storing).then(Mono.defer(caching::write)).doFinally(signal -> caching.end());
        });
    }

    @Override
    public String toString() {
        return "[Cache " + rules + "]";
    }
}
