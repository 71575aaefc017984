package io.headgate.config.plan;

import io.headgate.discovery.DiscoverySpec;
import io.headgate.health.HealthSpec;
import io.headgate.health.OutlierSpec;
import io.headgate.pool.PoolSpec;
import org.jspecify.annotations.Nullable;

/**
 * One pool, checked and compiled.
 *
 * @param spec the pool with its configured members
 * @param health the active checks of its members
 * @param outlier the passive detection, null for none
 * @param discovery where more members are found, null for nowhere
 */
public record PoolPlan(PoolSpec spec, HealthSpec health, @Nullable OutlierSpec outlier,
        @Nullable DiscoverySpec discovery) {

    /**
     * This plan, with the other one's values of properties that are written elsewhere. Both pools are written
     * in the same way.
     */
    public PoolPlan shared(PoolPlan other) {
        return new PoolPlan(spec.shared(other.spec), health.withOpening(other.health.opening()), outlier,
                discovery);
    }

    public PoolPlan withSpec(PoolSpec next) {
        return new PoolPlan(next, health, outlier, discovery);
    }
}
