package io.headgate.config;

import io.headgate.health.HealthChecks;
import io.headgate.net.EventLoops;
import io.headgate.pool.Pools;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Applies the plan when the application starts, before a port is open, and keeps the pools' time. */
final class Runner implements SmartLifecycle {

    private final Plan plan;
    private final Pools pools;
    private final HealthChecks checks;
    private final EventLoops loops;
    private @Nullable Future<?> sweeping;

    Runner(Plan plan, Pools pools, HealthChecks checks, EventLoops loops) {
        this.plan = plan;
        this.pools = pools;
        this.checks = checks;
        this.loops = loops;
    }

    @Override
    public void start() {
        checks.apply(plan.checks());
        pools.apply(plan.pools());
        sweeping = loops.next().scheduleAtFixedRate(pools::sweep, 500, 500, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        if (sweeping != null) {
            sweeping.cancel(false);
            sweeping = null;
        }
    }

    @Override
    public boolean isRunning() {
        return sweeping != null;
    }

    @Override
    public int getPhase() {
        return 0;
    }
}
