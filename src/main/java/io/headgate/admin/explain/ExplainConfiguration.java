package io.headgate.admin.explain;

import io.headgate.config.reload.Reload;
import io.headgate.l7.fast.FastPath;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The endpoint and what it asks. */
@Configuration(proxyBeanMethods = false)
public class ExplainConfiguration {

    @Bean
    ExplainEndpoint explainEndpoint(FastPath fastPath, RouteLocator routes, Pools pools, Reload reload,
            Environment environment) {
        return new ExplainEndpoint(new Explainer(fastPath::routes,
                id -> routes.getRoutes().filter(route -> route.getId().equals(id)).next().blockOptional(),
                pools,
                reload::environment,
                () -> "the L7 port, " + environment.getProperty("server.address", "*") + ":"
                        + environment.getProperty("local.server.port", ""),
                RandomSource.THREAD_LOCAL));
    }
}
