package io.headgate.config;

import io.headgate.config.plan.Plan;
import io.headgate.config.properties.CacheDiskProperties;
import io.headgate.config.properties.CacheProperties;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.cache.OnDisk;
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
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.ToLongFunction;
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
        CacheDiskProperties disk = cache.disk();
        OnDisk onDisk = disk == null
                ? null
                : new OnDisk(Path.of(Objects.requireNonNull(disk.path())),
                        disk.size().toBytes());
        return new ResponseCache(cache.size().toBytes(), cache.statusHeader(), onDisk, clock);
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

    private static void onDisk(ResponseCache cache, MeterRegistry registry) {
        gauge("used", "Bytes of the cache's files on disk", cache, OnDisk.Status::bytes, registry);
        gauge("size", "Bytes that the cache's files may take", cache, OnDisk.Status::size, registry);
        gauge("entries", "Stored answers on disk that are used", cache, OnDisk.Status::entries, registry);
        counter("skipped", "Answers that were not written to disk, because too many were to be", cache,
                OnDisk.Status::skipped, registry);
        counter("broken", "Answers on disk that were not as they had been written, and not used", cache,
                OnDisk.Status::broken, registry);
    }

    private static void gauge(String name, String what, ResponseCache cache,
            ToLongFunction<OnDisk.Status> value, MeterRegistry registry) {
        Gauge.builder("headgate.cache.disk." + name, cache, of -> value(of, value)).description(what)
                .baseUnit(name.equals("entries") ? null : BaseUnits.BYTES).register(registry);
    }

    private static void counter(String name, String what, ResponseCache cache,
            ToLongFunction<OnDisk.Status> value, MeterRegistry registry) {
        FunctionCounter.builder("headgate.cache.disk." + name, cache, of -> value(of, value))
                .description(what).register(registry);
    }

    private static double value(ResponseCache cache, ToLongFunction<OnDisk.Status> of) {
        OnDisk.Status status = cache.onDisk();
        return status == null ? 0 : of.applyAsLong(status);
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
            if (cache.onDisk() != null) {
                onDisk(cache, registry);
            }
        };
    }
}
