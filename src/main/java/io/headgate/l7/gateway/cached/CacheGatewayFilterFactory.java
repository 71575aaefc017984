package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.Caching;
import io.headgate.l7.cache.ResponseCache;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/** {@code Cache}: the route's answers are stored, and used again (RFC 9111). */
public final class CacheGatewayFilterFactory extends AbstractGatewayFilterFactory<CacheArguments> {

    private final Supplier<ResponseCache> cache;

    /**
     * @param cache asked with the first request: it needs the configuration, which the factories are needed
     *            to check
     */
    public CacheGatewayFilterFactory(Supplier<ResponseCache> cache) {
        super(CacheArguments.class);
        this.cache = cache;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("timeToLive", "maxEntry");
    }

    /** For the fast lane. */
    public Caching caching(CacheArguments arguments) {
        return new Caching(cache.get(), arguments.rules());
    }

    @Override
    public GatewayFilter apply(CacheArguments arguments) {
        return new CacheFilter(cache, arguments.rules());
    }
}
