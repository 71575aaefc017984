package io.headgate.config;

import io.headgate.config.plan.Materials;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.Routes;
import io.headgate.config.reload.Candidate;
import io.headgate.config.reload.FileWatch;
import io.headgate.config.reload.FirstVerdicts;
import io.headgate.config.reload.Reload;
import io.headgate.config.reload.Reloads;
import io.headgate.config.reload.Rollout;
import io.headgate.config.reload.RouteSwap;
import io.headgate.config.source.ElementBinding;
import io.headgate.l7.port.Port;
import io.headgate.net.EventLoops;
import io.headgate.observe.ReloadMeters;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Change while running. */
@Configuration(proxyBeanMethods = false)
class ReloadConfiguration {

    /** By then, requests that took an old route have their member. */
    private static final int SECONDS_TO_LEAVE = 2;

    @Bean
    Routes routes(ConfigurableEnvironment environment, Plan plan) {
        return Routes.of(environment); // the plan has found no fault in them
    }

    /** {@link ElementBinding} binds them faster. */
    @Bean
    static ConfigurationPropertiesBindHandlerAdvisor gatewayPropertiesWithoutRoutes() {
        ConfigurationPropertyName routes = ConfigurationPropertyName.of(Routes.ROUTES);
        return handler -> new AbstractBindHandler(handler) {
            @Override
            public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
                    BindContext context) {
                return name.equals(routes) ? null : super.onStart(name, target, context);
            }
        };
    }

    @Bean
    RouteSwap routeSwap(GatewayProperties properties, Routes routes, ApplicationEventPublisher events) {
        return new RouteSwap(properties, routes, events);
    }

    @Bean
    FirstVerdicts firstVerdicts(Pools pools) {
        return new FirstVerdicts(pools);
    }

    @Bean
    Reloads reloads(Clock clock) {
        return new Reloads(clock.wall());
    }

    @Bean
    Reload reload(ConfigurableEnvironment environment, Plan plan, Routes first, Materials materials,
            Rollout rollout, FirstVerdicts verdicts, RouteSwap routes, Port port, EventLoops loops,
            Reloads reloads,
            MeterRegistry registry, Clock clock) {
        ReloadMeters meters = new ReloadMeters(registry, clock.wall());
        return new Reload(Candidate.of(environment, plan, first, materials.bundles().draft(environment)),
                materials, rollout, verdicts, routes,
                port,
                task -> loops.next().schedule(() -> ForkJoinPool.commonPool().execute(task), SECONDS_TO_LEAVE,
                        TimeUnit.SECONDS),
                result -> {
                    reloads.add(result);
                    meters.count(result.word());
                });
    }

    @Bean
    @ConditionalOnProperty(name = "headgate.reload.watch", matchIfMissing = true)
    FileWatch fileWatch(ConfigurableEnvironment environment, Plan plan, Reload reload) {
        boolean byDefault = environment.getProperty("spring.config.location") == null;
        return new FileWatch(reload,
                byDefault
                        ? Set.of(Path.of("application.yml").toAbsolutePath(),
                                Path.of("config", "application.yml").toAbsolutePath())
                        : Set.of(),
                plan.properties().reload().interval());
    }
}
