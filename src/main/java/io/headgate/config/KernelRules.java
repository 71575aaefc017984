package io.headgate.config;

import io.headgate.config.fault.Fault;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.PoolPlan;
import io.headgate.l4.Engine;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.kernel.RulesCheck;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What nft says against the rules of a plan's listeners, where there is an nft to be asked. */
record KernelRules(List<Fault> faults, List<Fault> warnings) {

    static KernelRules of(Plan plan) {
        return new KernelRules(found(plan, true), found(plan, false));
    }

    private static List<Fault> found(Plan plan, boolean required) {
        return plan.listeners().values().stream()
                .filter(listener -> listener.engine() instanceof Engine.Kernel kernel
                        && kernel.required() == required)
                .flatMap(listener -> Stream.ofNullable(fault(plan, listener))).toList();
    }

    private static @Nullable Fault fault(Plan plan, ListenerSpec listener) {
        String name = listener.pool();
        PoolPlan pool = name == null ? null : plan.pools().get(name);
        String refusal = pool == null ? null : RulesCheck.refusal(listener, pool.spec());
        return refusal == null
                ? null
                : new Fault("headgate.listeners." + listener.name() + ".engine", "kernel",
                        "rules that nft accepts; " + refusal,
                        "Change what it names, or write engine: relay for the listener.", null);
    }
}
