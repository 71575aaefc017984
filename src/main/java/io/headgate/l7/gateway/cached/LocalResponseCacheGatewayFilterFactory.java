package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.Caching;
import io.headgate.l7.cache.ResponseCache;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/** In the place of Spring Cloud Gateway's filter of this name: the same arguments for this cache. */
public final class LocalResponseCacheGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<LocalResponseCacheArguments> {

    private final Supplier<ResponseCache> cache;
    private final Duration usual;

    /**
     * @param cache as for {@link CacheGatewayFilterFactory}
     * @param usual the time to live of a route that names none
     */
    public LocalResponseCacheGatewayFilterFactory(Supplier<ResponseCache> cache, Duration usual) {
        super(LocalResponseCacheArguments.class);
        this.cache = cache;
        this.usual = usual;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("timeToLive", "size");
    }

    /** For the fast lane. */
    public Caching caching(LocalResponseCacheArguments arguments) {
        return new Caching(cache.get(), arguments.rules(usual));
    }

    @Override
    public GatewayFilter apply(LocalResponseCacheArguments arguments) {
        return new CacheFilter(cache, arguments.rules(usual));
    }
}
