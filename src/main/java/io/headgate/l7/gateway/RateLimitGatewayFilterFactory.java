package io.headgate.l7.gateway;

import io.headgate.l7.limit.LimitKey;
import io.headgate.l7.limit.LimitSpec;
import io.headgate.l7.limit.Rate;
import io.headgate.l7.limit.RateLimit;
import io.headgate.l7.limit.RateLimits;
import io.headgate.l7.limit.Verdict;
import io.headgate.pool.Reason;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * {@code RateLimit=100/s}: refuses a route's requests beyond a rate, counted apart for each client or other
 * key.
 */
public final class RateLimitGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<RateLimitGatewayFilterFactory.Config> {

    private static final int MOST = 1_000_000_000;

    private final RateLimits limits;
    private final ProblemHandler problems;

    /** Refuses with an answer of that handler. */
    public RateLimitGatewayFilterFactory(RateLimits limits, ProblemHandler problems) {
        super(Config.class);
        this.limits = limits;
        this.problems = problems;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("rate", "burst", "key");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return new RateLimitFilter(limit(config), config, problems);
    }

    /** The limit of this filter, which both lanes ask. */
    public RateLimit limit(Config config) {
        Rate rate = Rate.parse(Objects.requireNonNullElse(config.getRate(), ""));
        long burst = config.getBurst() == null ? rate.requests() : config.getBurst();
        if (burst < 1 || burst > MOST) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: 1 to " + MOST + ")");
        }
        if (config.getCost() < 1 || config.getCost() > burst) {
            throw new IllegalArgumentException(
                    "cost: " + config.getCost() + " (expected: 1 to the burst, " + burst + ")");
        }
        String name = config.getName() != null ? config.getName() : String.valueOf(config.getRouteId());
        return limits
                .limit(new LimitSpec(name, rate, burst, LimitKey.parse(config.getKey()), config.isShared()));
    }

    /**
     * Asks the limit for each request, and answers a request beyond it. It does not throw: a circuit breaker
     * in front of this filter would count that as a failure of the member, and one client could open it for
     * all.
     */
    private record RateLimitFilter(RateLimit limit, Config config, ProblemHandler problems)
            implements
                GatewayFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            Verdict verdict = limit.ask(new RequestParts(exchange), config.getCost(),
                    config.isShadow());
            if (config.isShadow()) {
                return chain.filter(exchange);
            }
            if (verdict.allowed()) {
                return chain.filter(exchange).then(Mono.fromRunnable(() -> tell(exchange, verdict)));
            }
            tell(exchange, verdict);
            exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, verdict.retryAfter());
            return problems.handle(exchange, new Failure(Reason.TOO_MANY_REQUESTS, null));
        }

        private static void tell(ServerWebExchange exchange, Verdict verdict) {
            if (!exchange.getResponse().isCommitted()) {
                List<String> headers = verdict.headers();
                for (int i = 0; i < headers.size(); i += 2) {
                    exchange.getResponse().getHeaders().set(headers.get(i), headers.get(i + 1));
                }
            }
        }

        @Override
        public String toString() {
            return "[RateLimit " + config + "]";
        }
    }

    /** The arguments of the filter. */
    public static final class Config extends RouteArguments {

        private @Nullable String name;
        private @Nullable String rate;
        private @Nullable Long burst;
        private String key = "client";
        private int cost = 1;
        private boolean shadow;
        private boolean shared;

        public @Nullable String getName() {
            return name;
        }

        /** Routes whose limits have the same name, rate, burst and key share it. */
        public void setName(String shared) {
            name = shared;
        }

        public @Nullable String getRate() {
            return rate;
        }

        public void setRate(String requests) {
            rate = requests;
        }

        public @Nullable Long getBurst() {
            return burst;
        }

        public void setBurst(Long requests) {
            burst = requests;
        }

        public String getKey() {
            return key;
        }

        public void setKey(String parts) {
            key = parts;
        }

        public int getCost() {
            return cost;
        }

        public void setCost(int requests) {
            cost = requests;
        }

        public boolean isShadow() {
            return shadow;
        }

        public void setShadow(boolean only) {
            shadow = only;
        }

        public boolean isShared() {
            return shared;
        }

        /** Whether replicas count together. */
        public void setShared(boolean together) {
            shared = together;
        }

        @Override
        public String toString() {
            return "rate = " + rate + ", burst = " + burst + ", key = " + key + ", cost = " + cost
                    + ", shadow = " + shadow + ", shared = " + shared;
        }
    }
}
