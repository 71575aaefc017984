package io.headgate.config.reload;

import io.headgate.config.plan.Plan;
import io.headgate.config.plan.PoolPlan;
import io.headgate.l4.ListenerSpec;
import io.headgate.pool.MemberSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * The intermediate plans from one plan to the next. Work has a place at every moment: new parts are added
 * alongside the old ones, and old parts are removed when nothing leads to them any more.
 */
final class Transition {

    private final Plan before;
    private final Plan next;

    Transition(Plan before, Plan next) {
        this.before = before;
        this.next = next;
    }

    /**
     * The next plan, with the same objects as before for pools and listeners that are written as before: a
     * TLS context or a breaker's settings are not equal to new ones made from the same text. A pool may still
     * have new values of properties that are written elsewhere.
     */
    Plan reused() {
        Map<String, PoolPlan> pools = keep(before.pools(), next.pools(),
                same(before.properties().pools(), next.properties().pools()));
        pools.replaceAll((name, kept) -> kept.shared(next.pools().getOrDefault(name, kept)));
        Map<String, ListenerSpec> listeners = keep(before.listeners(), next.listeners(),
                same(before.properties().listeners(), next.properties().listeners()));
        listeners.replaceAll((name, kept) -> kept // which its pool may have changed
                .withEngine(next.listeners().getOrDefault(name, kept).engine()));
        return new Plan(next.properties(), pools, listeners,
                next.httpListeners(),
                next.clientLimits(), next.forwarding(), next.stickyKeys(), next.accessLog(),
                next.errorPages(), next.warnings());
    }

    /** Whether any pool, or anything that goes along with it, is another now. */
    boolean changesPools() {
        return !before.pools().equals(next.pools());
    }

    /** The next plan and the pools and members that it has no longer. */
    Plan together() {
        return next.withPools(union(before.pools(), next.pools(), Transition::withLeavingMembers));
    }

    /** The next plan and the pools that it has no longer. */
    Plan withLeavingPools() {
        return next.withPools(union(before.pools(), next.pools(), (was, pool) -> pool));
    }

    private static PoolPlan withLeavingMembers(PoolPlan was, PoolPlan pool) {
        List<MemberSpec> members = new ArrayList<>(pool.spec().members());
        was.spec().members().stream()
                .filter(member -> pool.spec().members().stream()
                        .noneMatch(stays -> stays.identity().equals(member.identity())))
                .forEach(members::add);
        return pool.withSpec(pool.spec().withMembers(members));
    }

    private static <T> Set<String> same(Map<String, T> before, Map<String, T> next) {
        return next.keySet().stream().filter(name -> Objects.equals(next.get(name), before.get(name)))
                .collect(Collectors.toSet());
    }

    private static <T> Map<String, T> keep(Map<String, T> before, Map<String, T> next, Set<String> same) {
        Map<String, T> kept = new LinkedHashMap<>(next);
        kept.replaceAll((name, made) -> same.contains(name) ? before.getOrDefault(name, made) : made);
        return kept;
    }

    /** The next pools in their order, then those that leave. */
    private static Map<String, PoolPlan> union(Map<String, PoolPlan> before, Map<String, PoolPlan> next,
            BinaryOperator<PoolPlan> both) {
        Map<String, PoolPlan> all = new LinkedHashMap<>(next);
        before.forEach((name, was) -> all.merge(name, was, (pool, old) -> both.apply(old, pool)));
        return all;
    }
}
