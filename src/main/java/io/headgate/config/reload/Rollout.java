package io.headgate.config.reload;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.plan.Plan;
import io.headgate.discovery.Discovery;
import io.headgate.health.HealthChecks;
import io.headgate.health.OutlierDetection;
import io.headgate.l4.BindFailedException;
import io.headgate.l4.BindFault;
import io.headgate.l4.Listeners;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a plan to work. */
public final class Rollout {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.pool");

    private final InForce inForce;
    private final Discovery discovery;
    private final HealthChecks checks;
    private final OutlierDetection outliers;
    private final Listeners listeners;
    private boolean warned;

    public Rollout(InForce inForce, Discovery discovery, HealthChecks checks, OutlierDetection outliers,
            Listeners listeners) {
        this.inForce = inForce;
        this.discovery = discovery;
        this.checks = checks;
        this.outliers = outliers;
        this.listeners = listeners;
    }

    /**
     * Binds what the plan's listeners need. The first step, because it can fail.
     *
     * @throws InvalidConfigurationException with every address that cannot be bound
     */
    public Listeners.Change bind(Plan plan) {
        try {
            return listeners.prepare(plan.listeners());
        } catch (BindFailedException e) {
            throw new InvalidConfigurationException(e.faults().stream().map(Rollout::fault).toList());
        }
    }

    private static Fault fault(BindFault fault) {
        return new Fault("headgate.listeners." + fault.listener() + ".bind", fault.address().toString(),
                "an address that can be bound; " + fault.cause(),
                fault.inTheWay() == null
                        ? "Stop what listens there, or choose another address or port."
                        : "Headgate's own listener " + fault.inTheWay() + " has this port until the change is"
                                + " made. Set reuse-port: true for both, from the start, or remove that"
                                + " listener by a reload of its own first.",
                null);
    }

    /** Makes these the pools; the first checks of new members start at once. */
    public void pools(Plan plan) {
        if (!warned && plan.properties().sticky().key() == null
                && plan.pools().stream().anyMatch(pool -> pool.sticky() != null)) {
            warned = true;
            LOG.warn("headgate.sticky.key is not set: sticky cookies are signed with a key of this process."
                    + " They mean nothing to other replicas, and nothing after a restart");
        }
        checks.apply(plan.checks());
        outliers.apply(plan.outliers());
        discovery.apply(plan.pools(), plan.discovery());
    }

    /** From now on this is the plan that others see. */
    void force(Plan plan) {
        inForce.set(plan);
    }
}
