package io.headgate.config;

import io.headgate.discovery.Discovery;
import io.headgate.health.HealthChecks;
import io.headgate.health.OutlierDetection;
import io.headgate.l4.BindFailedException;
import io.headgate.l4.BindFault;
import io.headgate.l4.Listeners;
import io.headgate.net.EventLoops;
import io.headgate.pool.Pools;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Applies the plan when the application starts, and keeps the pools' time. */
final class Runner implements SmartLifecycle {

    private final Plan plan;
    private final Pools pools;
    private final Discovery discovery;
    private final HealthChecks checks;
    private final OutlierDetection outliers;
    private final Listeners listeners;
    private final EventLoops loops;
    private @Nullable Future<?> sweeping;

    Runner(Plan plan, Pools pools, Discovery discovery, HealthChecks checks, OutlierDetection outliers,
            Listeners listeners, EventLoops loops) {
        this.plan = plan;
        this.pools = pools;
        this.discovery = discovery;
        this.checks = checks;
        this.outliers = outliers;
        this.listeners = listeners;
        this.loops = loops;
    }

    /**
     * Binds first, because that can fail; then the pools, whose first checks start at once; then clients are
     * let in.
     */
    @Override
    public void start() {
        Listeners.Change change = bind();
        checks.apply(plan.checks());
        outliers.apply(plan.outliers());
        discovery.apply(plan.pools(), plan.discovery());
        change.commit();
        sweeping = loops.next().scheduleAtFixedRate(pools::sweep, 500, 500, TimeUnit.MILLISECONDS);
    }

    private Listeners.Change bind() {
        try {
            return listeners.prepare(plan.listeners());
        } catch (BindFailedException e) {
            throw new InvalidConfigurationException(e.faults().stream().map(Runner::fault).toList());
        }
    }

    private static Fault fault(BindFault fault) {
        return new Fault("headgate.listeners." + fault.listener() + ".bind", fault.address().toString(),
                "an address that can be bound; " + fault.cause(),
                "Stop what listens there, or choose another address or port.", null);
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
