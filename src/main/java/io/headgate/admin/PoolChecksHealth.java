package io.headgate.admin;

import io.headgate.discovery.Discovery;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The component {@code poolChecks} of the readiness probe: OUT_OF_SERVICE until every pool has had its first
 * verdict or the time limit has passed, then UP for good.
 */
public final class PoolChecksHealth implements HealthIndicator {

    private final Pools pools;
    private final Discovery discovery;
    private final Ticker ticker;
    private final long deadline;
    private volatile boolean passed;

    public PoolChecksHealth(Pools pools, Discovery discovery, Ticker ticker, Duration limit) {
        this.pools = pools;
        this.discovery = discovery;
        this.ticker = ticker;
        this.deadline = ticker.nanoTime() + limit.toNanos();
    }

    @Override
    public Health health() {
        if (passed) {
            return Health.up().build();
        }
        List<String> waiting = pools.all().stream().filter(pool -> !pool.settled()).map(Pool::name).toList();
        if ((waiting.isEmpty() && discovery.settled()) || ticker.nanoTime() - deadline >= 0) {
            passed = true;
            return Health.up().build();
        }
        return Health.outOfService().withDetail("waitingFor", waiting).build();
    }
}
