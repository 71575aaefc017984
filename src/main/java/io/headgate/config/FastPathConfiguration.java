package io.headgate.config;

import io.headgate.config.lifecycle.FastPathDrain;
import io.headgate.config.lifecycle.ShutdownLimits;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.RouteDefinitions;
import io.headgate.config.properties.HeadgateProperties;
import io.headgate.config.reload.InForce;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Problems;
import io.headgate.l7.RequestListener;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.compress.Compression;
import io.headgate.l7.fast.FastLaneServices;
import io.headgate.l7.fast.FastPath;
import io.headgate.l7.fast.TunnelLimits;
import io.headgate.l7.fast.UpstreamLimits;
import io.headgate.l7.gateway.compile.GatewaySettings;
import io.headgate.l7.gateway.compile.Remembered;
import io.headgate.l7.gateway.compile.RouteCompiler;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Overload;
import io.headgate.pool.Clock;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.security.TlsClients;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The fast path, and the compiler that gives it its routes. */
@Configuration(proxyBeanMethods = false)
class FastPathConfiguration {

    @Bean
    FastPath fastPath(InForce inForce, Pools pools, EventLoops loops, Names names, RequestListener requests,
            Clock clock, KeptBodies kept, Problems problems, HttpClientProperties client,
            ObjectProvider<RequestTracer> tracer) throws SSLException {
        return new FastPath(
                new FastLaneServices(pools, loops.transport().sockets(), names,
                        () -> inForce.get().forwarding(),
                        new MemberTls(TlsClients.context(null, null), null), kept(client.getPool()),
                        () -> tunnels(inForce.get().properties()),
                        kept, () -> inForce.get().properties().fastPath().debugHeader(),
                        problems, requests, clock.ticker(), RandomSource.THREAD_LOCAL,
                        tracer.getIfAvailable(), () -> inForce.get().errorPages()));
    }

    /** For as long as the slow lane keeps its connections to members. */
    private static UpstreamLimits kept(HttpClientProperties.Pool pool) {
        UpstreamLimits usual = UpstreamLimits.DEFAULT;
        return new UpstreamLimits(usual.maxIdle(),
                Objects.requireNonNullElse(pool.getMaxIdleTime(), usual.idle()),
                Objects.requireNonNullElse(pool.getMaxLifeTime(), usual.life()));
    }

    private static TunnelLimits tunnels(HeadgateProperties properties) {
        return new TunnelLimits(properties.tunnels().max(), properties.tunnels().idleTimeout(),
                properties.shutdown().drainTimeout());
    }

    @Bean
    FastPathDrain fastPathDrain(FastPath fastPath, EventLoops loops, ShutdownLimits limits) {
        return new FastPathDrain(fastPath, loops.beside(), limits::over);
    }

    @Bean
    RouteCompiler routeCompiler(List<RoutePredicateFactory<?>> predicates,
            List<GatewayFilterFactory<?>> filters,
            GatewayProperties properties, ConfigurationService configurations, Clock clock,
            GatewaySettings settings, Remembered remembered) {
        return new RouteCompiler(predicates, filters, properties::getDefaultFilters, configurations,
                clock.wall(), settings, remembered);
    }

    @Bean
    static Remembered rememberedFactories() {
        return new Remembered();
    }

    @Bean
    GatewaySettings gatewaySettings(WebFluxProperties web, Environment environment, GlobalCorsProperties cors,
            ObjectProvider<RemoveHopByHopHeadersFilter> hopByHop, HttpClientProperties client,
            ObjectProvider<Compression> compression, ObjectProvider<Caching> caching, Overload overload) {
        String base = web.getBasePath();
        Integer connect = client.getConnectTimeout();
        return new GatewaySettings(base == null || base.equals("/") ? "" : base,
                environment.getProperty(RouteDefinitions.PREFIX + ".predicate.host.include-port",
                        Boolean.class, true),
                cors.getCorsConfigurations(),
                hopByHop.stream().flatMap(filter -> filter.getHeaders().stream())
                        .filter(name -> !GatewaySettings.HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT)))
                        .toList(),
                connect == null ? null : Duration.ofMillis(connect), client.getResponseTimeout(),
                hasTls(client.getSsl()), compression.getIfAvailable(), caching.getIfAvailable(), overload);
    }

    private static boolean hasTls(HttpClientProperties.Ssl ssl) {
        return ssl.isUseInsecureTrustManager() || !ssl.getTrustedX509Certificates().isEmpty()
                || ssl.getSslBundle() != null || ssl.getKeyStore() != null;
    }

    @Bean
    RouteRefresh routeRefresh(RouteLocator cachedCompositeRouteLocator, RouteDefinitionLocator definitions,
            RouteCompiler compiler, ApplicationContext beans, Environment environment,
            GatewaySettings settings, FastPath fastPath) {
        return new RouteRefresh(cachedCompositeRouteLocator, definitions, compiler, beans, environment,
                settings, fastPath::routes);
    }

    @Bean
    StartReport startReport(Plan plan, RouteRefresh routes) {
        return new StartReport(plan, routes::lanes);
    }
}
