package io.headgate.admin;

import io.headgate.admin.dashboard.Happenings;
import io.headgate.admin.explain.ExplainConfiguration;
import io.headgate.config.plan.Plan;
import io.headgate.config.reload.Reload;
import io.headgate.config.reload.Reloads;
import io.headgate.discovery.Discovery;
import io.headgate.l4.ConnectionTable;
import io.headgate.l4.Listeners;
import io.headgate.l7.cache.ResponseCache;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.net.EventLoops;
import io.headgate.net.LoopWatch;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The endpoints and health components of the management port. */
@Configuration(proxyBeanMethods = false)
@Import(ExplainConfiguration.class)
public class AdminConfiguration {

    @Bean
    PoolsEndpoint poolsEndpoint(Pools pools, Discovery discovery, ConnectionTable connections) {
        return new PoolsEndpoint(pools, discovery, connections);
    }

    @Bean
    ListenersEndpoint listenersEndpoint(Listeners listeners, Clock clock) {
        return new ListenersEndpoint(listeners, clock);
    }

    @Bean
    LanesEndpoint lanesEndpoint(RouteRefresh routes) {
        return new LanesEndpoint(routes::lanes);
    }

    /** In the application's own context, where members' changes are published. */
    @Bean
    Happenings happenings(Clock clock) {
        return new Happenings(clock);
    }

    @Bean
    PoolsHealth poolsHealthIndicator(Pools pools, Discovery discovery) {
        return new PoolsHealth(pools, discovery);
    }

    @Bean
    PoolChecksHealth poolChecksHealthIndicator(Pools pools, Discovery discovery, Clock clock, Plan plan) {
        return new PoolChecksHealth(pools, discovery, clock.ticker(),
                plan.properties().readiness().timeout());
    }

    @Bean
    LoopsHealth eventLoopsHealthIndicator(EventLoops loops) {
        return new LoopsHealth(loops.watch(), LoopWatch.STALLED, Status.OUT_OF_SERVICE);
    }

    @Bean
    LoopsHealth deadEventLoopsHealthIndicator(EventLoops loops) {
        return new LoopsHealth(loops.watch(), LoopWatch.DEAD, Status.DOWN);
    }

    @Bean
    CacheEndpoint cacheEndpoint(ResponseCache cache) {
        return new CacheEndpoint(cache);
    }

    @Bean
    ReloadEndpoint reloadEndpoint(Reload reload) {
        return new ReloadEndpoint(reload);
    }

    @Bean
    ConfigurationHealth configurationHealthIndicator(Reloads reloads) {
        return new ConfigurationHealth(reloads);
    }
}
