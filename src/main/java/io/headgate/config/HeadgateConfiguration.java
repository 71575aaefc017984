package io.headgate.config;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.client.ReactorResourceFactory;

/** What everything stands on: the plan, the event loops and the pools. */
@Configuration(proxyBeanMethods = false)
class HeadgateConfiguration {

    @Bean
    Plan plan(ConfigurableEnvironment environment) {
        return PlanCompiler.compile(environment);
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

    @Bean
    Pools pools(Clock clock) {
        return new Pools(clock, RandomSource.THREAD_LOCAL, (member, outcome) -> {
        });
    }

    @Bean
    Runner runner(Plan plan, Pools pools, EventLoops loops) {
        return new Runner(plan, pools, loops);
    }
}
