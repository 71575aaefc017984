package io.headgate.config.reload;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.PoolPlan;
import io.headgate.discovery.Discovery;
import io.headgate.health.HealthChecks;
import io.headgate.health.OutlierDetection;
import io.headgate.l4.BindFailedException;
import io.headgate.l4.BindFault;
import io.headgate.l4.Engine;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.Listeners;
import io.headgate.l4.kernel.KernelEngine;
import io.headgate.l4.kernel.Lack;
import io.headgate.l7.port.HttpListeners;
import io.headgate.pool.Pools;
import java.util.List;

/** Puts the parts of a plan to work. */
public final class Rollout {

    private final InForce inForce;
    private final Pools pools;
    private final Discovery discovery;
    private final HealthChecks checks;
    private final OutlierDetection outliers;
    private final Listeners listeners;
    private final KernelEngine kernel;
    private final HttpListeners httpListeners;
    private final OwnKeys ownKeys = new OwnKeys();

    public Rollout(InForce inForce, Pools pools, Discovery discovery, HealthChecks checks,
            OutlierDetection outliers, Listeners listeners, HttpListeners httpListeners,
            KernelEngine kernel) {
        this.inForce = inForce;
        this.pools = pools;
        this.discovery = discovery;
        this.checks = checks;
        this.outliers = outliers;
        this.listeners = listeners;
        this.httpListeners = httpListeners;
        this.kernel = kernel;
    }

    /**
     * Binds what the plan's listeners need. The first step, because it can fail.
     *
     * @throws InvalidConfigurationException with every address that cannot be bound
     */
    public Listeners.Change bind(Plan plan) {
        Lack lack = kernel.prepare(plan.listeners().values());
        if (lack != null) {
            throw new InvalidConfigurationException(List.of(fault(plan, lack)));
        }
        checkSource(plan);
        try {
            return listeners.prepare(List.copyOf(plan.listeners().values()));
        } catch (BindFailedException e) {
            throw new InvalidConfigurationException(e.faults().stream().map(Rollout::fault).toList());
        }
    }

    /** Puts to use what was bound: lets clients in, and ends the listeners that are gone. */
    public void listeners(Listeners.Change bound, Plan plan) {
        httpListeners.apply(plan.httpListeners().values());
        bound.commit();
        httpListeners.retire(plan.httpListeners().values());
    }

    private void checkSource(Plan plan) {
        String listener = plan.listeners().values().stream()
                .filter(spec -> spec.engine() instanceof Engine.Relay(var _, boolean keepsSource)
                        && keepsSource)
                .map(ListenerSpec::name).findFirst().orElse(null);
        String lack = listener == null ? null : listeners.noClientSource();
        if (lack != null) {
            throw new InvalidConfigurationException(List.of(new Fault(
                    "headgate.listeners." + listener + ".source", "client",
                    "gateway on this machine; " + lack,
                    "Give the process the capability CAP_NET_ADMIN, or write source: gateway. To tell"
                            + " members the client's address otherwise, use proxy-protocol.send.",
                    null)));
        }
    }

    /** One for all of them: it is the machine that lacks it. */
    private static Fault fault(Plan plan, Lack lack) {
        String listener = plan.listeners().values().stream()
                .filter(spec -> spec.engine() instanceof Engine.Kernel(boolean required, var _, var _, var _)
                        && required)
                .map(ListenerSpec::name).findFirst().orElse("*");
        return new Fault("headgate.listeners." + listener + ".engine", "kernel",
                "relay or auto on this machine; " + lack.what(), lack.action(), null);
    }

    private static Fault fault(BindFault fault) {
        return new Fault("headgate.listeners." + fault.listener() + ".bind", fault.address().toString(),
                "an address that can be bound; " + fault.cause(),
                fault.inTheWay() == null
                        ? "Stop what listens there, or choose another address or port."
                        : "Headgate's own listener " + fault.inTheWay() + " has this port until the change is"
                                + " made. Set reuse-port: true for both from the start, or remove that"
                                + " listener first, by a reload of its own.",
                null);
    }

    /**
     * Makes these the pools. They come last: their members are checked and watched from the moment they join.
     */
    public void pools(Plan plan) {
        ownKeys.warn(plan);
        checks.apply(plan.ofPools(PoolPlan::health));
        outliers.apply(plan.ofPools(PoolPlan::outlier));
        discovery.apply(plan.ofPools(PoolPlan::discovery), plan.ofPools(PoolPlan::spec), pools::apply);
    }

    /** From now on this is the plan that others see. */
    void force(Plan plan) {
        inForce.set(plan);
    }
}
