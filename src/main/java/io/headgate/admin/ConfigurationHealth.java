package io.headgate.admin;

import io.headgate.config.reload.ReloadResult;
import io.headgate.config.reload.Reloads;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The component {@code configuration} of {@code /actuator/health}: DEGRADED, which is answered with 200,
 * while the last reload was refused. It is in neither probe: the last good configuration serves.
 */
public final class ConfigurationHealth implements HealthIndicator {

    private final Reloads reloads;

    public ConfigurationHealth(Reloads reloads) {
        this.reloads = reloads;
    }

    @Override
    public Health health() {
        Reloads.Last last = reloads.last();
        if (last == null) {
            return Health.up().withDetail("reload", "none since the start").build();
        }
        Health.Builder health = switch (last.result()) {
            case ReloadResult.Refused refused -> Health.status(PoolsHealth.DEGRADED).withDetail("faults",
                    refused.faults());
            case ReloadResult.Applied applied -> Health.up().withDetail("needsRestart",
                    applied.changes().needsRestart());
        };
        return health.withDetail("reload", last.result().word()).withDetail("at", last.at()).build();
    }
}
