package io.headgate.l7.gateway;

import io.headgate.l7.limit.ConcurrencyLimit;
import io.headgate.l7.limit.ConcurrencyLimits;
import io.headgate.l7.limit.LimitKey;
import io.headgate.pool.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * {@code ConcurrencyLimit=20}: refuses a route's requests while so many are under way, counted apart for each
 * client or other key.
 */
public final class ConcurrencyLimitGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<ConcurrencyLimitGatewayFilterFactory.Config> {

    private static final int MOST = 1_000_000;

    private final ConcurrencyLimits limits;
    private final ProblemHandler problems;

    /** Refuses with an answer of that handler. */
    public ConcurrencyLimitGatewayFilterFactory(ConcurrencyLimits limits, ProblemHandler problems) {
        super(Config.class);
        this.limits = limits;
        this.problems = problems;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("most", "key");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return new ConcurrencyLimitFilter(limit(config), config, problems);
    }

    /** The limit that the arguments mean. */
    public ConcurrencyLimit limit(Config config) {
        if (config.getMost() < 1 || config.getMost() > MOST) {
            throw new IllegalArgumentException(
                    "most: " + config.getMost() + " (expected: 1 to " + MOST + ")");
        }
        String name = config.getName() != null ? config.getName() : String.valueOf(config.getRouteId());
        return limits.limit(name, config.getMost(), LimitKey.parse(config.getKey()));
    }

    /** Takes a place for each request. A refusal is an answer, as that of {@code RateLimit} is. */
    private record ConcurrencyLimitFilter(ConcurrencyLimit limit, Config config,
            ProblemHandler problems) implements GatewayFilter {

        /** The place is held until the last byte of the answer is written. */
        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            return Mono.defer(() -> {
                SlowRequest slow = SlowRequest.of(exchange);
                if (slow.isIn(limit)) {
                    return chain.filter(exchange);
                }
                ConcurrencyLimit.Place place = limit.begin(new RequestParts(exchange), config.isShadow());
                if (place == null) {
                    return problems.handle(exchange, new Failure(Reason.TOO_MANY_AT_ONCE, null));
                }
                slow.enter(limit, place);
                return chain.filter(exchange);
            });
        }

        @Override
        public String toString() {
            return "[ConcurrencyLimit " + config + "]";
        }
    }

    /** The arguments of the filter. */
    public static final class Config extends RouteArguments {

        private @Nullable String name;
        private int most;
        private String key = "client";
        private boolean shadow;

        public @Nullable String getName() {
            return name;
        }

        /** Routes whose limits have the same name, number and key share it. */
        public void setName(String shared) {
            name = shared;
        }

        public int getMost() {
            return most;
        }

        public void setMost(int requests) {
            most = requests;
        }

        public String getKey() {
            return key;
        }

        public void setKey(String parts) {
            key = parts;
        }

        public boolean isShadow() {
            return shadow;
        }

        public void setShadow(boolean only) {
            shadow = only;
        }

        @Override
        public String toString() {
            return "most = " + most + ", key = " + key + ", shadow = " + shadow;
        }
    }
}
