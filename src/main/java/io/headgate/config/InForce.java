package io.headgate.config;

import java.util.function.Supplier;

/** The plan that is in force now. */
final class InForce implements Supplier<Plan> {

    private volatile Plan plan;

    InForce(Plan plan) {
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
