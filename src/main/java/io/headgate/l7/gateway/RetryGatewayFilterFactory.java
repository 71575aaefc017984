package io.headgate.l7.gateway;

import io.headgate.l7.route.Backoff;
import io.headgate.l7.route.Repeating;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.BitSet;
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
        return new RetryFilter(policy(config, Set.of()), config.getExceptions(), shown, ticker, random);
    }

    /** What the arguments of the filter mean, but for its exceptions. */
    public static Repeating policy(RetryConfig config, Set<Reason> reasons) {
        BitSet statuses = new BitSet();
        for (HttpStatus status : HttpStatus.values()) {
            if (config.getStatuses().contains(status) || config.getSeries().contains(status.series())) {
                statuses.set(status.value());
            }
        }
        Set<String> methods = config.getMethods().stream().map(HttpMethod::name)
                .collect(Collectors.toSet());
        return new Repeating(config.getRetries(), methods, statuses, reasons, backoff(config),
                config.getTimeout());
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
}
