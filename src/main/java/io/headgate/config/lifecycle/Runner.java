package io.headgate.config.lifecycle;

import io.headgate.config.plan.Plan;
import io.headgate.config.reload.Rollout;
import io.headgate.l4.Listeners;
import io.headgate.net.Descriptors;
import io.headgate.net.EventLoops;
import io.headgate.net.Recurring;
import io.headgate.pool.Pools;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Applies the plan when the application starts, and keeps the pools' time. */
public final class Runner implements SmartLifecycle {

    private static final Duration SWEEP = Duration.ofMillis(500);

    private final Plan plan;
    private final Pools pools;
    private final Rollout rollout;
    private final EventLoops loops;
    private @Nullable Future<?> sweeping;

    public Runner(Plan plan, Pools pools, Rollout rollout, EventLoops loops) {
        this.plan = plan;
        this.pools = pools;
        this.rollout = rollout;
        this.loops = loops;
    }

    /**
     * Binds first, because that can fail; then the pools, whose first checks start at once; then clients are
     * let in.
     */
    @Override
    public void start() {
        MemoryNeed.tell(plan);
        Listeners.Change change = rollout.bind(plan);
        Descriptors.PROCESS.look();
        DescriptorNeed.tell(plan);
        rollout.pools(plan);
        rollout.listeners(change, plan);
        sweeping = Recurring.every(SWEEP, loops.next(), "The sweep of pools", pools::sweep);
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

    /** Before a web server is started. */
    @Override
    public int getPhase() {
        return 0;
    }
}
