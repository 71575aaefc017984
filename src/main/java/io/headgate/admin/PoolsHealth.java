package io.headgate.admin;

import io.headgate.discovery.Discovery;
import io.headgate.pool.Availability;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The component {@code pools} of {@code /actuator/health}: DEGRADED, which is answered with 200, while some
 * pool has no member that can take work or some source of members fails. It is in neither probe: one dead
 * backend must not take out every replica of the gateway.
 */
public final class PoolsHealth implements HealthIndicator {

    static final Status DEGRADED = new Status("DEGRADED");

    private final Pools pools;
    private final Discovery discovery;

    public PoolsHealth(Pools pools, Discovery discovery) {
        this.pools = pools;
        this.discovery = discovery;
    }

    @Override
    public Health health() {
        List<Discovery.Status> failing = discovery.status().stream()
                .filter(status -> status.discovered().trouble() != null).toList();
        boolean well = failing.isEmpty() && pools.all().stream().allMatch(Pool::available);
        Health.Builder health = well ? Health.up() : Health.status(DEGRADED);
        pools.all().forEach(pool -> health.withDetail(pool.name(), summary(pool, failing)));
        return health.build();
    }

    private static String summary(Pool pool, List<Discovery.Status> failing) {
        long up = pool.members().stream().filter(m -> m.availability() == Availability.UP).count();
        String sources = failing.stream().filter(status -> status.pool().equals(pool.name()))
                .map(status -> "; " + status.source() + " fails: " + status.discovered().trouble())
                .collect(Collectors.joining());
        return up + " of " + pool.members().size() + " members up" + sources;
    }
}
