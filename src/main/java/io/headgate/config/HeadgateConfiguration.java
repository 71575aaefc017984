package io.headgate.config;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.config.lifecycle.Runner;
import io.headgate.config.plan.Materials;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.PlanCompiler;
import io.headgate.config.plan.RouteDefinitions;
import io.headgate.config.reload.FirstVerdicts;
import io.headgate.config.reload.InForce;
import io.headgate.config.reload.Rollout;
import io.headgate.config.tls.CheckedBundles;
import io.headgate.config.tls.ReloadedBundles;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.discovery.Discovery;
import io.headgate.health.HealthChecks;
import io.headgate.health.OutlierDetection;
import io.headgate.l4.ConnectionTable;
import io.headgate.l4.Listeners;
import io.headgate.l4.kernel.KernelEngine;
import io.headgate.l7.fast.FastPath;
import io.headgate.l7.gateway.OpenAttempts;
import io.headgate.l7.gateway.PooledConnections;
import io.headgate.l7.port.HttpListeners;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.observe.CheckMeters;
import io.headgate.observe.DiscoveryMeters;
import io.headgate.observe.GonePools;
import io.headgate.observe.PoolMeters;
import io.headgate.observe.RequestMeters;
import io.headgate.observe.TransitionLog;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.pool.StickyKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;

/** What everything stands on: the plan, the event loops and the pools. */
@Configuration(proxyBeanMethods = false)
class HeadgateConfiguration {

    @Bean
    static PlainConfigurations plainConfigurations() {
        return new PlainConfigurations();
    }

    @Bean(destroyMethod = "close")
    InetUtils inetUtils(InetUtilsProperties properties) {
        return OwnHost.utils(properties);
    }

    @Bean
    RouteDefinitions routeDefinitions(List<RoutePredicateFactory<?>> predicates,
            List<GatewayFilterFactory<?>> filters,
            ConfigurationService configurations, ObjectProvider<RateLimiter<?>> limiters) {
        return new RouteDefinitions(predicates, filters, configurations, limiters.stream().toList());
    }

    /** In the place of Boot's own. */
    @Bean
    CheckedBundles sslBundleRegistry(ObjectProvider<SslBundleRegistrar> registrars) {
        CheckedBundles bundles = new CheckedBundles();
        registrars.orderedStream().forEach(registrar -> registrar.registerBundles(bundles.source()));
        return bundles;
    }

    @Bean
    ReloadedBundles reloadedBundles(CheckedBundles bundles, SslProperties properties,
            @Qualifier("sslPropertiesSslBundleRegistrar") SslBundleRegistrar registrar,
            Environment environment) {
        return new ReloadedBundles(bundles, properties, registrar, environment);
    }

    @Bean
    Materials materials(RouteDefinitions routes, SslBundles bundles, ReloadedBundles reloaded,
            CircuitBreakerRegistry breakers) {
        return new Materials(routes, new TlsMaterial(bundles), reloaded, breakers, StickyKeys.random());
    }

    @Bean
    Plan plan(ConfigurableEnvironment environment, Materials materials) {
        return PlanCompiler.compile(environment, materials);
    }

    @Bean
    Clock clock() {
        return Clock.SYSTEM;
    }

    @Bean(destroyMethod = "close")
    EventLoops eventLoops() {
        return new EventLoops(Transport.best(), Runtime.getRuntime().availableProcessors());
    }

    @Bean(destroyMethod = "close")
    Names names(EventLoops loops) {
        return new Names(loops.transport());
    }

    /**
     * Reactor Netty's server and client on our loops: a request and its upstream connection share a thread.
     */
    @Bean
    ReactorResourceFactory reactorResourceFactory(EventLoops loops) {
        ReactorResourceFactory factory = new ReactorResourceFactory();
        factory.setUseGlobalResources(false);
        factory.setLoopResources(loops);
        return factory;
    }

    @Bean
    HttpClientCustomizer clientsOnOurLoops(EventLoops loops) {
        return client -> client.runOn(loops);
    }

    @Bean(destroyMethod = "close")
    OutlierDetection outlierDetection(CircuitBreakerRegistry breakers, EventLoops loops, Clock clock) {
        return new OutlierDetection(breakers, loops, clock);
    }

    @Bean
    CheckMeters checkMeters(MeterRegistry registry) {
        return new CheckMeters(registry);
    }

    @Bean(destroyMethod = "close")
    HealthChecks healthChecks(EventLoops loops, Names names, Clock clock, OutlierDetection outliers,
            CheckMeters meters) {
        return new HealthChecks(loops, names, clock, RandomSource.THREAD_LOCAL, (member, check) -> {
            meters.onCheck(member, check);
            outliers.onCheck(member, check);
        });
    }

    @Bean
    Pools pools(Clock clock, HealthChecks checks, OutlierDetection outliers) {
        return new Pools(clock, RandomSource.THREAD_LOCAL, (member, outcome) -> {
            checks.onOutcome(member, outcome);
            outliers.onOutcome(member, outcome);
        });
    }

    @Bean("headgate.memberListeners")
    MemberListeners memberListeners(Pools pools, ApplicationEventPublisher events, MeterRegistry registry,
            OutlierDetection outliers, HealthChecks checks, ConnectionTable connections, FastPath fastPath,
            OpenAttempts openAttempts, PooledConnections pooledConnections, FirstVerdicts verdicts,
            KernelEngine kernel, CheckMeters checkMeters,
            @Qualifier("headgate.requestMeters") RequestMeters requestMeters) {
        return new MemberListeners(pools, List.of(
                new TransitionLog(events),
                new PoolMeters(registry),
                new GonePools(List.of(requestMeters::keepPools, checkMeters::keepPools)),
                outliers,
                checks, // stops and starts checks
                kernel, // leads new layer 4 connections elsewhere, before those to an evicted member are
                        // closed
                connections, // closes layer 4 connections to an evicted member
                fastPath, // the same for the fast lane, and closes its idle connections
                openAttempts, // the same for the slow lane
                pooledConnections, // closes the slow lane's idle connections
                verdicts)); // wakes a start or reload that waits for the first checks
    }

    @Bean(destroyMethod = "close")
    Discovery discovery(EventLoops loops, Clock clock, Pools pools, MeterRegistry registry,
            ObjectProvider<ReactiveDiscoveryClient> clients) {
        return new Discovery(loops, clock, pools, new DiscoveryMeters(registry),
                clients.getIfAvailable());
    }

    @Bean
    InForce inForce(Plan plan) {
        return new InForce(plan);
    }

    @Bean
    Rollout rollout(InForce inForce, Pools pools, Discovery discovery, HealthChecks checks,
            OutlierDetection outliers, Listeners listeners, HttpListeners httpListeners,
            KernelEngine kernel) {
        return new Rollout(inForce, pools, discovery, checks, outliers, listeners, httpListeners,
                kernel);
    }

    /** Whoever has to hear of members does so before it makes the first, also where beans are lazy. */
    @Bean
    @DependsOn("headgate.memberListeners")
    Runner runner(Plan plan, Pools pools, Rollout rollout, EventLoops loops) {
        return new Runner(plan, pools, rollout, loops);
    }
}
