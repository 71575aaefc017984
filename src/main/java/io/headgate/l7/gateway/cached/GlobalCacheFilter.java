package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.Caching;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Makes every route a cached one on the slow lane, but for those that have a filter of their own. */
public final class GlobalCacheFilter implements GlobalFilter, Ordered {

    private final CacheFilter filter;

    public GlobalCacheFilter(Caching caching) {
        this.filter = new CacheFilter(caching::cache, caching.rules());
    }

    /** After those of routes. */
    @Override
    public int getOrder() {
        return filter.getOrder() + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return filter.filter(exchange, chain);
    }
}
