package io.headgate.config;

import io.headgate.config.plan.Plan;
import io.headgate.config.properties.CacheProperties;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.cache.ResponseCache;
import io.headgate.l7.gateway.cached.CacheGatewayFilterFactory;
import io.headgate.l7.gateway.cached.CacheHead;
import io.headgate.l7.gateway.cached.CacheLookUp;
import io.headgate.l7.gateway.cached.GlobalCacheFilter;
import io.headgate.l7.gateway.cached.LocalResponseCacheArguments;
import io.headgate.l7.gateway.cached.LocalResponseCacheGatewayFilterFactory;
import io.headgate.pool.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The cache, its filters for both lanes, and its meters. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {

    private static final String LOCAL = "spring.cloud.gateway.server.webflux.";

    @Bean
    ResponseCache responseCache(Plan plan, Clock clock) {
        CacheProperties cache = plan.properties().cache();
        return new ResponseCache(cache.size().toBytes(), cache.statusHeader(), clock);
    }

    @Bean
    CacheGatewayFilterFactory cacheGatewayFilterFactory(ObjectProvider<ResponseCache> cache) {
        return new CacheGatewayFilterFactory(cache::getObject);
    }

    /** SCG's own needs a library that is not there; its property for the time to live counts here too. */
    @Bean
    LocalResponseCacheGatewayFilterFactory localResponseCacheGatewayFilterFactory(
            ObjectProvider<ResponseCache> cache,
            @Value("${spring.cloud.gateway.server.webflux.filter.local-response-cache.time-to-live:5m}") Duration usual) {
        return new LocalResponseCacheGatewayFilterFactory(cache::getObject, usual);
    }

    /** SCG's cache for all routes. A route with a filter of its own follows that. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(LOCAL + "filter.local-response-cache.enabled")
    @ConditionalOnProperty(name = LOCAL
            + "global-filter.local-response-cache.enabled", matchIfMissing = true)
    static class OfAllRoutes {

        @Bean
        Caching globalCaching(LocalResponseCacheGatewayFilterFactory factory, Environment environment) {
            return factory.caching(Binder.get(environment).bindOrCreate(LOCAL + "filter.local-response-cache",
                    LocalResponseCacheArguments.class));
        }

        @Bean
        GlobalCacheFilter globalCacheFilter(Caching globalCaching) {
            return new GlobalCacheFilter(globalCaching);
        }
    }

    @Bean
    CacheLookUp cacheLookUpFilter() {
        return new CacheLookUp();
    }

    @Bean
    CacheHead cacheHeadFilter() {
        return new CacheHead();
    }

    @Bean
    MeterBinder cacheMeters(ResponseCache cache) {
        return registry -> {
            Gauge.builder("headgate.cache.used", cache, ResponseCache::bytes).baseUnit(BaseUnits.BYTES)
                    .description("Bytes of stored answers and of those that are being stored")
                    .register(registry);
            Gauge.builder("headgate.cache.size", cache, ResponseCache::size).baseUnit(BaseUnits.BYTES)
                    .description("Bytes that stored answers may take").register(registry);
            Gauge.builder("headgate.cache.entries", cache, ResponseCache::entries)
                    .description("URLs that have stored answers").register(registry);
            FunctionCounter.builder("headgate.cache.evictions", cache, ResponseCache::evicted)
                    .description("URLs whose answers made room for others, or were of no use any more")
                    .register(registry);
        };
    }
}
