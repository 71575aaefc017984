package io.headgate.l7.gateway;

import io.headgate.l7.route.Backoff;
import io.headgate.l7.route.Repeating;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;

/**
 * The Retry filter of the slow lane: Spring Cloud Gateway's, with the pool's budget, the Retry-After of
 * members, and tries that know nothing of each other. Routes name a filter by its class, so it has the same
 * name.
 */
public final class RetryGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory {

    private static final Duration LONGEST = Duration.ofDays(1);

    private final Ticker ticker;
    private final RandomSource random;

    RetryGatewayFilterFactory(Ticker ticker, RandomSource random) {
        this.ticker = ticker;
        this.random = random;
    }

    @Override
    public GatewayFilter apply(RetryConfig config) {
        GatewayFilter shown = super.apply(config); // which checks the arguments, and has bodies kept
        return new RetryFilter(policy(config, Set.of()), exceptions(config), shown, ticker, random);
    }

    /** Has the names of what is repeated, too. */
    @Override
    @SuppressWarnings("unchecked") // it extends the class that is declared
    public Class<RetryConfig> getConfigClass() {
        return (Class<RetryConfig>) (Class<?>) Config.class;
    }

    @Override
    public RetryConfig newConfig() {
        return new Config();
    }

    /** The exceptions that count: none where the names of what is repeated are given. */
    public static List<Class<? extends Throwable>> exceptions(RetryConfig config) {
        return on(config).isEmpty() ? config.getExceptions() : List.of();
    }

    private static List<String> on(RetryConfig config) {
        return config instanceof Config ours ? ours.getRetryOn() : List.of();
    }

    /** What the arguments of the filter mean, but for its exceptions. */
    public static Repeating policy(RetryConfig config, Set<Reason> reasons) {
        RetryOn on = RetryOn.parse(on(config));
        BitSet statuses = on.statuses();
        Set<Reason> all = on.reasons();
        all.addAll(reasons);
        for (HttpStatus status : HttpStatus.values()) {
            if (config.getStatuses().contains(status)
                    || (on(config).isEmpty() && config.getSeries().contains(status.series()))) {
                statuses.set(status.value());
            }
        }
        Set<String> methods = config.getMethods().stream().map(HttpMethod::name)
                .collect(Collectors.toSet());
        return new Repeating(config.getRetries(), methods, statuses, all, backoff(config),
                config.getTimeout(), 0);
    }

    private static Backoff backoff(RetryConfig config) {
        BackoffConfig backoff = config.getBackoff();
        if (backoff == null) {
            return Backoff.NONE;
        }
        JitterConfig jitter = config.getJitter();
        return new Backoff(bounded(backoff.getFirstBackoff()), bounded(backoff.getMaxBackoff()),
                backoff.getFactor(), backoff.isBasedOnPreviousValue(),
                jitter == null ? 0 : jitter.getRandomFactor());
    }

    private static Duration bounded(@Nullable Duration time) {
        Duration given = Objects.requireNonNullElse(time, LONGEST);
        return given.compareTo(LONGEST) > 0 ? LONGEST : given;
    }

    /** The arguments of the filter: Spring Cloud Gateway's and one more. */
    public static final class Config extends RetryConfig {

        private List<String> retryOn = List.of();

        public List<String> getRetryOn() {
            return retryOn;
        }

        /** In the place of series and exceptions. */
        public void setRetryOn(List<String> names) {
            retryOn = List.copyOf(names);
        }
    }
}
