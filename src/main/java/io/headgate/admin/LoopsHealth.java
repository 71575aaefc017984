package io.headgate.admin;

import io.headgate.net.LoopWatch;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether every event loop answers: a component of the readiness probe ({@code eventLoops}, soon) and one of
 * the liveness probe ({@code deadEventLoops}, late, so that no pod is restarted because it has much to do).
 */
final class LoopsHealth implements HealthIndicator {

    private final LoopWatch watch;
    private final Duration limit;
    private final Status worse;

    LoopsHealth(LoopWatch watch, Duration limit, Status worse) {
        this.watch = watch;
        this.limit = limit;
        this.worse = worse;
    }

    @Override
    public Health health() {
        long silent = watch.silentFor(limit);
        return silent == 0
                ? Health.up().build()
                : Health.status(worse).withDetail("silent", silent)
                        .withDetail("for", limit.toSeconds() + " s or longer")
                        .build();
    }
}
