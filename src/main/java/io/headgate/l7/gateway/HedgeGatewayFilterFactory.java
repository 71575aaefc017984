package io.headgate.l7.gateway;

import io.headgate.l7.route.Hedging;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * {@code Hedge=50ms}: asks a second member when the first takes long, and gives the client the answer that
 * comes first. The fast lane does that; requests on the slow lane have one attempt, which is logged once.
 */
public final class HedgeGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<HedgeGatewayFilterFactory.Config> {

    private static final Logger LOG = LoggerFactory.getLogger(HedgeGatewayFilterFactory.class);

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int USUAL = 95;
    private static final int HIGHEST = 99;

    /** Makes filters. */
    public HedgeGatewayFilterFactory() {
        super(Config.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("after");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return new SlowLane(hedging(config), String.valueOf(config.getRouteId()), new AtomicBoolean());
    }

    /** What the arguments mean. */
    public static Hedging hedging(Config config) {
        Duration after = config.getAfter();
        if (after != null && (after.isNegative() || after.isZero() || after.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException(
                    "after: " + after.toMillis() + "ms (expected: more than 0, at most 10m)");
        }
        Integer percentile = config.getPercentile();
        if (percentile != null && (percentile < 1 || percentile > HIGHEST)) {
            throw new IllegalArgumentException("percentile: " + percentile + " (expected: 1 to 99)");
        }
        if (config.getMethods().isEmpty()) {
            throw new IllegalArgumentException("methods: none (expected: at least one, such as GET)");
        }
        int usual = percentile != null ? percentile : after == null ? USUAL : 0;
        return new Hedging(config.getMethods().stream().map(HttpMethod::name).collect(Collectors.toSet()),
                after, usual);
    }

    private record SlowLane(Hedging hedging, String route, AtomicBoolean told) implements GatewayFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            if (!told.getPlain() && told.compareAndSet(false, true)) {
                LOG.warn("Route {}: its requests on the slow lane have no second attempt: Hedge works on the"
                        + " fast lane (/actuator/lanes says why a route is slow)", route);
            }
            return chain.filter(exchange);
        }

        @Override
        public String toString() {
            return "[Hedge " + hedging + "]";
        }
    }

    /** The arguments of the filter. */
    public static final class Config extends RouteArguments {

        private @Nullable Duration after;
        private @Nullable Integer percentile;
        private List<HttpMethod> methods = List.of(HttpMethod.GET, HttpMethod.HEAD);

        public @Nullable Duration getAfter() {
            return after;
        }

        public void setAfter(Duration least) {
            after = least;
        }

        public @Nullable Integer getPercentile() {
            return percentile;
        }

        public void setPercentile(Integer percent) {
            percentile = percent;
        }

        public List<HttpMethod> getMethods() {
            return methods;
        }

        public void setMethods(List<HttpMethod> repeatable) {
            methods = List.copyOf(repeatable);
        }

        @Override
        public String toString() {
            return "after = " + after + ", percentile = " + percentile + ", methods = " + methods;
        }
    }
}
