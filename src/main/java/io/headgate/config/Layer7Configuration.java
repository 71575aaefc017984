package io.headgate.config;

import io.headgate.config.lifecycle.ShutdownDelay;
import io.headgate.config.lifecycle.ShutdownLimits;
import io.headgate.config.plan.Plan;
import io.headgate.config.reload.InForce;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Problems;
import io.headgate.l7.RequestListener;
import io.headgate.l7.fast.FastPath;
import io.headgate.l7.gateway.ConcurrencyLimitGatewayFilterFactory;
import io.headgate.l7.gateway.FailoverGatewayFilterFactory;
import io.headgate.l7.gateway.FaultGatewayFilterFactory;
import io.headgate.l7.gateway.ForwardedFilter;
import io.headgate.l7.gateway.HandedOver;
import io.headgate.l7.gateway.HedgeGatewayFilterFactory;
import io.headgate.l7.gateway.MirrorGatewayFilterFactory;
import io.headgate.l7.gateway.NamedByConnection;
import io.headgate.l7.gateway.OpenAttempts;
import io.headgate.l7.gateway.PoolFilter;
import io.headgate.l7.gateway.PoolRoutingFilter;
import io.headgate.l7.gateway.PooledConnections;
import io.headgate.l7.gateway.ProblemHandler;
import io.headgate.l7.gateway.RateLimitGatewayFilterFactory;
import io.headgate.l7.gateway.RepeatableBodies;
import io.headgate.l7.gateway.RequestTracking;
import io.headgate.l7.gateway.RetryReplacement;
import io.headgate.l7.gateway.RouteNote;
import io.headgate.l7.gateway.SlowLaneClients;
import io.headgate.l7.gateway.TrailerNames;
import io.headgate.l7.gateway.TrailersOnly;
import io.headgate.l7.gateway.TunnelingFilter;
import io.headgate.l7.gateway.UpgradeFilter;
import io.headgate.l7.gateway.admit.ListenerRoutePredicateFactory;
import io.headgate.l7.gateway.expand.SafeExpansion;
import io.headgate.l7.gateway.own.OwnFactories;
import io.headgate.l7.gateway.spring.FilterFailures;
import io.headgate.l7.limit.ConcurrencyLimits;
import io.headgate.l7.limit.RateLimits;
import io.headgate.l7.limit.Sharing;
import io.headgate.l7.mirror.Mirrors;
import io.headgate.l7.port.HttpListeners;
import io.headgate.l7.port.Port;
import io.headgate.net.Descriptors;
import io.headgate.net.EventLoops;
import io.headgate.net.Memory;
import io.headgate.net.Overload;
import io.headgate.observe.ConcurrencyLimitMeters;
import io.headgate.observe.MirrorMeters;
import io.headgate.observe.PortMeters;
import io.headgate.observe.RateLimitMeters;
import io.headgate.observe.RuleReports;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.Ticker;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.autoconfigure.web.ErrorProperties;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Layer 7: the port, and Spring Cloud Gateway over our pools. */
@Configuration(proxyBeanMethods = false)
class Layer7Configuration {

    @Bean
    PoolFilter poolFilter(Pools pools, Clock clock) {
        return new PoolFilter(pools, clock.ticker());
    }

    @Bean
    RouteNote routeNoteFilter() {
        return new RouteNote();
    }

    @Bean
    NamedByConnection namedByConnectionFilter() {
        return new NamedByConnection();
    }

    @Bean
    PoolRoutingFilter poolRoutingFilter(HttpClient client,
            ObjectProvider<List<HttpHeadersFilter>> headersFilters,
            HttpClientProperties properties) {
        return new PoolRoutingFilter(client, headersFilters, properties);
    }

    @Bean
    UpgradeFilter upgradeFilter() {
        return new UpgradeFilter();
    }

    @Bean
    @ConditionalOnMissingBean({HttpClient.class, HttpClientFactory.class})
    HttpClientFactory slowLaneClients(HttpClientProperties properties, ServerProperties server,
            HttpClientSslConfigurer tls, List<HttpClientCustomizer> customizers) {
        return new SlowLaneClients(properties, server, tls, customizers);
    }

    @Bean
    PooledConnections pooledConnections(HttpClient client) {
        return new PooledConnections(client);
    }

    /** In place of SCG's own, which goes when its routing filter is replaced. */
    @Bean
    TunnelingFilter tunnelingFilter(GatewayProperties properties,
            ObjectProvider<List<HttpHeadersFilter>> headersFilters, InForce inForce) {
        return new TunnelingFilter(properties.getStreamingMediaTypes(), headersFilters,
                () -> inForce.get().properties().tunnels().idleTimeout());
    }

    @Bean
    static SafeExpansion safeExpansion() {
        return new SafeExpansion();
    }

    /**
     * In the place of Boot's, which serves static files: the global rules of CORS hold for it too, and so for
     * preflights of paths whose routes take no OPTIONS.
     */
    @Bean
    @ConditionalOnProperty("spring.cloud.gateway.server.webflux.globalcors.add-to-simple-url-handler-mapping")
    SimpleUrlHandlerMapping nothingElse() {
        WebHandler nothing = exchange -> Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
        return new SimpleUrlHandlerMapping(Map.of("/**", nothing), Ordered.LOWEST_PRECEDENCE - 1);
    }

    @Bean
    static RetryReplacement retryReplacement() {
        return new RetryReplacement(Ticker.systemTicker(), RandomSource.THREAD_LOCAL);
    }

    @Bean
    RateLimits rateLimits(Clock clock, MeterRegistry registry, ObjectProvider<Sharing> sharing) {
        return new RateLimits(clock.ticker(), new RateLimitMeters(registry), sharing.getIfAvailable());
    }

    @Bean
    RateLimitGatewayFilterFactory rateLimitFilterFactory(RateLimits limits, ProblemHandler problems) {
        return new RateLimitGatewayFilterFactory(limits, problems);
    }

    @Bean
    ConcurrencyLimitGatewayFilterFactory concurrencyLimitFilterFactory(MeterRegistry registry,
            ProblemHandler problems) {
        return new ConcurrencyLimitGatewayFilterFactory(
                new ConcurrencyLimits(new ConcurrencyLimitMeters(registry)), problems);
    }

    @Bean
    FaultGatewayFilterFactory faultFilterFactory(Environment environment) {
        return new FaultGatewayFilterFactory(
                () -> environment.getProperty("headgate.faults.enabled", Boolean.class, false),
                RandomSource.THREAD_LOCAL);
    }

    @Bean
    MirrorGatewayFilterFactory mirrorFilterFactory(MeterRegistry registry, ObjectProvider<FastPath> copies) {
        return new MirrorGatewayFilterFactory(new Mirrors(new MirrorMeters(registry)), copies::getObject);
    }

    @Bean
    HedgeGatewayFilterFactory hedgeFilterFactory() {
        return new HedgeGatewayFilterFactory();
    }

    @Bean
    FailoverGatewayFilterFactory failoverFilterFactory() {
        return new FailoverGatewayFilterFactory();
    }

    @Bean
    static OwnFactories ownFactories() {
        return new OwnFactories();
    }

    @Bean
    HandedOver handedOverFilter() {
        return new HandedOver();
    }

    @Bean
    ForwardedFilter forwardedFilter(InForce inForce) {
        return new ForwardedFilter(() -> inForce.get().forwarding());
    }

    @Bean
    TrailersOnly trailersOnlyFilter() {
        return new TrailersOnly();
    }

    @Bean
    TrailerNames trailerNamesFilter() {
        return new TrailerNames();
    }

    /** Boot's properties say what its own error body has, which these have as well. */
    @Bean
    Problems problems(WebProperties web, Clock clock) {
        ErrorProperties errors = web.getError();
        return new Problems(clock.wall(), RandomSource.THREAD_LOCAL, included(errors.getIncludePath()),
                included(errors.getIncludeMessage()));
    }

    private static Problems.Included included(ErrorProperties.IncludeAttribute attribute) {
        return Problems.Included.valueOf(attribute.name());
    }

    @Bean
    ProblemHandler problemHandler(Problems problems) {
        return new ProblemHandler(problems);
    }

    /** For filters of the application's own that the fast lane runs. */
    @Bean
    FilterFailures filterFailures(ProblemHandler problems) {
        return problems::refusal;
    }

    @Bean
    OpenAttempts openAttempts() {
        return new OpenAttempts();
    }

    @Bean
    RequestTracking requestTracking(RequestListener requests, OpenAttempts openAttempts, Clock clock,
            ManagementPort management, InForce inForce, KeptBodies keptBodies, Problems problems) {
        return new RequestTracking(requests, openAttempts, clock.ticker(), management::is,
                () -> inForce.get().properties().fastPath().debugHeader(),
                () -> inForce.get().forwarding(), keptBodies, problems, () -> inForce.get().errorPages());
    }

    /** As much of each request as Spring's own codecs keep, and a quarter of the buffers' memory in all. */
    @Bean
    KeptBodies keptBodies(
            @Value("${spring.http.codecs.max-in-memory-size:256KB}") DataSize each) {
        return new KeptBodies(each.toBytes(), Memory.PROCESS.limit() / 4);
    }

    /** In the place of SCG's, which keeps bodies of any size. */
    @Bean
    RepeatableBodies repeatableBodies() {
        return new RepeatableBodies();
    }

    @Bean
    ManagementPort managementPort() {
        return new ManagementPort();
    }

    @Bean
    RuleReports ruleReports(MeterRegistry registry, Clock clock) {
        return new RuleReports(registry, clock.ticker());
    }

    @Bean
    PortMeters portMeters(Port port, MeterRegistry registry) {
        PortMeters meters = new PortMeters(registry);
        meters.opened(ListenerRoutePredicateFactory.FIRST, port);
        return meters;
    }

    @Bean
    Port layer7Port(Plan plan, InForce inForce, FastPath fastPath, RequestListener requests,
            RuleReports rules, Clock clock, Overload overload) {
        return new Port(plan.clientLimits(), () -> inForce.get().forwarding(), fastPath, requests, rules,
                clock.ticker()).endingWhile(() -> overload.level() == Overload.Level.HARD);
    }

    @Bean
    SlowLaneServer slowLaneServer(ObjectProvider<HttpHandler> handler) {
        return new SlowLaneServer(handler);
    }

    @Bean
    HttpListeners httpListeners(SlowLaneServer slowLane, InForce inForce, FastPath fastPath,
            RequestListener requests, RuleReports rules, Clock clock, Overload overload, PortMeters meters) {
        return new HttpListeners(slowLane, spec -> new Port(spec, () -> inForce.get().forwarding(), fastPath,
                requests, rules, clock.ticker(), Descriptors.PROCESS)
                .endingWhile(() -> overload.level() == Overload.Level.HARD), meters);
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> guardedServer(Port port,
            SlowLaneServer slowLane) {
        return factory -> factory.addServerCustomizers(server -> {
            slowLane.configured(server);
            return port.attach(server, Descriptors.PROCESS);
        });
    }

    @Bean
    ShutdownLimits shutdownLimits(Plan plan, LifecycleProperties lifecycle, Clock clock,
            ObjectProvider<DefaultLifecycleProcessor> processor) {
        ShutdownLimits limits = new ShutdownLimits(plan.properties().shutdown(),
                lifecycle.getTimeoutPerShutdownPhase(), clock.ticker());
        processor.ifAvailable(limits::applyTo);
        return limits;
    }

    @Bean
    ShutdownDelay shutdownDelay(Plan plan, Port port, HttpListeners listeners, EventLoops loops) {
        return new ShutdownDelay(plan.properties().shutdown().delay(), port, listeners, loops);
    }
}
