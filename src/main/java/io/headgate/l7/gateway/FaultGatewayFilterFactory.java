package io.headgate.l7.gateway;

import io.headgate.l7.route.Drill;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * {@code Fault=10,503}: faults on purpose, for drills. It does nothing unless
 * {@code headgate.faults.enabled}.
 */
public final class FaultGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<FaultGatewayFilterFactory.Config> {

    private static final Logger LOG = LoggerFactory.getLogger(FaultGatewayFilterFactory.class);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final BooleanSupplier enabled;
    private final RandomSource random;

    public FaultGatewayFilterFactory(BooleanSupplier enabled, RandomSource random) {
        super(Config.class);
        this.enabled = enabled;
        this.random = random;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("percent", "status", "delay");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return new FaultFilter(drill(config), random, config);
    }

    /** What the arguments mean; null while faults are off. */
    public @Nullable Drill drill(Config config) {
        double percent = config.getPercent();
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException(
                    "percent: " + percent + " (expected: more than 0, at most 100)");
        }
        int status = config.getStatus();
        if (status != 0 && (status < 400 || status > 599)) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        Duration delay = config.getDelay();
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: up to " + LONGEST + ")");
        }
        if (status == 0 && delay.isZero()) {
            throw new IllegalArgumentException("status: missing (expected: status, delay, or both)");
        }
        if (!enabled.getAsBoolean()) {
            LOG.warn("A filter Fault does nothing: headgate.faults.enabled is false");
            return null;
        }
        String header = config.getHeader();
        int colon = header == null ? -1 : header.indexOf(':');
        return new Drill((int) Math.max(1, percent * 100),
                header == null || colon < 0 ? header : header.substring(0, colon).strip(),
                header == null || colon < 0 ? null : header.substring(colon + 1).strip(), delay, status);
    }

    /** Draws requests of the fast lane. */
    public RandomSource random() {
        return random;
    }

    /** The filter on the slow lane. */
    private record FaultFilter(@Nullable Drill drill, RandomSource random, Config config)
            implements
                GatewayFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            Drill mine = drill;
            if (mine == null || !mine.concerns(values(exchange, mine), random)) {
                return chain.filter(exchange);
            }
            Mono<Void> then = Mono
                    .defer(() -> mine.status() == 0 ? chain.filter(exchange) : fail(exchange, mine));
            return mine.delay().isZero()
                    ? then
                    : Mono.delay(mine.delay(), RequestNotes.loop(exchange)).then(then);
        }

        private static List<String> values(ServerWebExchange exchange, Drill drill) {
            String header = drill.header();
            return header == null ? List.of() : exchange.getRequest().getHeaders().getValuesAsList(header);
        }

        private static Mono<Void> fail(ServerWebExchange exchange, Drill drill) {
            RequestNotes.refused(exchange, Reason.FAULT_INJECTED);
            if (GrpcRefusal.concerns(exchange.getRequest())) {
                return GrpcRefusal.answer(exchange.getResponse(), Reason.FAULT_INJECTED, drill.status());
            }
            exchange.getResponse().setStatusCode(HttpStatusCode.valueOf(drill.status()));
            return exchange.getResponse().setComplete();
        }

        @Override
        public String toString() {
            return "[Fault " + config + "]";
        }
    }

    /** The arguments of the filter. */
    public static final class Config {

        private double percent = 100;
        private @Nullable String header;
        private Duration delay = Duration.ZERO;
        private int status;

        public double getPercent() {
            return percent;
        }

        public void setPercent(double share) {
            percent = share;
        }

        public @Nullable String getHeader() {
            return header;
        }

        /** A name, or a name, a colon and a value. */
        public void setHeader(String required) {
            header = required;
        }

        public Duration getDelay() {
            return delay;
        }

        public void setDelay(Duration time) {
            delay = time;
        }

        public int getStatus() {
            return status;
        }

        public void setStatus(int code) {
            status = code;
        }

        @Override
        public String toString() {
            return "percent = " + percent + ", header = " + header + ", delay = " + delay + ", status = "
                    + status;
        }
    }
}
