package io.headgate.l7.gateway;

import io.headgate.l7.pages.ErrorStatuses;
import io.headgate.l7.route.Failover;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.event.EnableBodyCachingEvent;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/** {@code Failover=spare, 5xx}: another pool serves what the route's own has failed to. */
public final class FailoverGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<FailoverGatewayFilterFactory.Config> {

    public FailoverGatewayFilterFactory() {
        super(Config.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("pool", "statuses");
    }

    @Override
    public GatewayFilter apply(Config config) {
        Failover policy = policy(config);
        String route = config.getRouteId();
        if (route != null) {
            Objects.requireNonNull(getPublisher()).publishEvent(new EnableBodyCachingEvent(this, route));
        }
        return new FailoverFilter(policy);
    }

    /** What the arguments mean. */
    public static Failover policy(Config config) {
        String pool = config.getPool();
        if (pool == null || pool.isBlank()) {
            throw new IllegalArgumentException("pool: missing (expected: the name of a pool)");
        }
        return new Failover(pool, ErrorStatuses.parse(config.getStatuses()), Set.copyOf(config.getMethods()));
    }

    /** The arguments of the filter. */
    public static final class Config extends RouteArguments {

        private @Nullable String pool;
        private List<String> statuses = List.of("502", "503", "504");
        private List<String> methods = List.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

        public @Nullable String getPool() {
            return pool;
        }

        public void setPool(String name) {
            pool = name;
        }

        public List<String> getStatuses() {
            return statuses;
        }

        /** Statuses such as 404, 500-503 or 5xx. */
        public void setStatuses(List<String> texts) {
            statuses = List.copyOf(texts);
        }

        public List<String> getMethods() {
            return methods;
        }

        /** Of requests that may go to the other pool though a member may have acted on them. */
        public void setMethods(List<String> names) {
            methods = List.copyOf(names);
        }
    }
}
