package io.headgate.config.reload;

import io.headgate.config.plan.Plan;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.PoolSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The plans on the way from one to the next, so that at no moment work has nowhere to go: what is new comes
 * beside the old, and the old goes when nothing leads to it any more.
 */
final class Transition {

    private final Plan before;
    private final Plan next;

    Transition(Plan before, Plan next) {
        this.before = before;
        this.next = next;
    }

    /**
     * The next plan, with the very objects of the one before where a pool or listener is written as it was: a
     * TLS context or a breaker's settings are not equal to those made anew of the same text.
     */
    Plan reused() {
        Set<String> pools = same(before.properties().pools(), next.properties().pools());
        Set<String> listeners = same(before.properties().listeners(), next.properties().listeners());
        return new Plan(next.properties(), pools(keep(before.pools(), next.pools(), PoolSpec::name, pools)),
                keep(before.checks(), next.checks(), pools), keep(before.outliers(), next.outliers(), pools),
                keep(before.discovery(), next.discovery(), pools),
                keep(before.listeners(), next.listeners(), spec -> spec.name(), listeners),
                next.clientLimits(), next.forwarding(), next.stickyKeys());
    }

    /**
     * What a pool has of the properties that all pools share may be new though the pool is written as before.
     */
    private List<PoolSpec> pools(List<PoolSpec> kept) {
        Map<String, PoolSpec> made = next.pools().stream()
                .collect(Collectors.toMap(PoolSpec::name, Function.identity()));
        return kept.stream().map(spec -> spec.shared(made.getOrDefault(spec.name(), spec))).toList();
    }

    /** Whether members of a pool speak otherwise than before: their routes may be fast or slow by that. */
    boolean changesLanes() {
        return !protocols(before).equals(protocols(next));
    }

    private static Map<String, MemberProtocol> protocols(Plan plan) {
        return plan.pools().stream().collect(Collectors.toMap(PoolSpec::name, PoolSpec::protocol));
    }

    /** The next plan and the pools and members that it has no longer. */
    Plan together() {
        return with(true);
    }

    /** The next plan and the pools that it has no longer. */
    Plan withLeavingPools() {
        return with(false);
    }

    private Plan with(boolean members) {
        Map<String, PoolSpec> old = before.pools().stream()
                .collect(Collectors.toMap(PoolSpec::name, Function.identity()));
        List<PoolSpec> pools = new ArrayList<>();
        for (PoolSpec spec : next.pools()) {
            PoolSpec was = old.remove(spec.name());
            pools.add(members && was != null ? together(spec, was) : spec);
        }
        before.pools().stream().filter(spec -> old.containsKey(spec.name())).forEach(pools::add);
        return new Plan(next.properties(), pools, union(before.checks(), next.checks(), old.keySet()),
                union(before.outliers(), next.outliers(), old.keySet()),
                union(before.discovery(), next.discovery(), old.keySet()), next.listeners(),
                next.clientLimits(), next.forwarding(), next.stickyKeys());
    }

    private static PoolSpec together(PoolSpec spec, PoolSpec was) {
        if (spec.members().equals(was.members())) {
            return spec;
        }
        BiPredicate<MemberSpec, MemberSpec> same = (a, b) -> a.id().equals(b.id())
                && a.address().equals(b.address());
        List<MemberSpec> members = new ArrayList<>(spec.members());
        was.members().stream().filter(m -> spec.members().stream().noneMatch(other -> same.test(m, other)))
                .forEach(members::add);
        return spec.withMembers(members);
    }

    private static <T> Set<String> same(Map<String, T> before, Map<String, T> next) {
        return next.keySet().stream().filter(name -> Objects.equals(next.get(name), before.get(name)))
                .collect(Collectors.toSet());
    }

    private static <T> List<T> keep(Collection<T> before, Collection<T> next, Function<T, String> name,
            Set<String> same) {
        Map<String, T> old = before.stream().collect(Collectors.toMap(name, Function.identity()));
        return next.stream().map(spec -> same.contains(name.apply(spec))
                ? old.getOrDefault(name.apply(spec), spec)
                : spec).toList();
    }

    private static <T> Map<String, T> keep(Map<String, T> before, Map<String, T> next, Set<String> same) {
        Map<String, T> kept = new LinkedHashMap<>(next);
        kept.replaceAll((name, spec) -> same.contains(name) ? before.getOrDefault(name, spec) : spec);
        return Map.copyOf(kept);
    }

    private static <T> Map<String, T> union(Map<String, T> before, Map<String, T> next, Set<String> leaving) {
        Map<String, T> all = new LinkedHashMap<>(next);
        before.forEach((name, spec) -> {
            if (leaving.contains(name)) {
                all.put(name, spec);
            }
        });
        return Map.copyOf(all);
    }
}
