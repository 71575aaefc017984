package io.headgate.config.reload;

import io.headgate.config.plan.Plan;
import java.util.function.Supplier;

/** The plan that is in force now. */
public final class InForce implements Supplier<Plan> {

    private volatile Plan plan;

    public InForce(Plan plan) {
        this.plan = plan;
    }

    @Override
    public Plan get() {
        return plan;
    }

    void set(Plan next) {
        plan = next;
    }
}
