package io.headgate.admin;

import io.headgate.pool.Availability;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The component {@code pools} of {@code /actuator/health}: DEGRADED, which is answered with 200, while some
 * pool has no member that can take work. It is in neither probe: one dead backend must not take out every
 * replica of the gateway.
 */
public final class PoolsHealth implements HealthIndicator {

    static final Status DEGRADED = new Status("DEGRADED");

    private final Pools pools;

    public PoolsHealth(Pools pools) {
        this.pools = pools;
    }

    @Override
    public Health health() {
        boolean all = pools.all().stream().allMatch(Pool::available);
        Health.Builder health = all ? Health.up() : Health.status(DEGRADED);
        pools.all().forEach(pool -> health.withDetail(pool.name(), summary(pool)));
        return health.build();
    }

    private static String summary(Pool pool) {
        long up = pool.members().stream().filter(m -> m.availability() == Availability.UP).count();
        return up + " of " + pool.members().size() + " members up";
    }
}
