package io.headgate.pool;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which members of a pool get new work, and with which effective weight.
 *
 * @param members the members that get work, and their share
 * @param others the members of other zones, which get work if none of these can
 * @param panic whether health is ignored because too few members can take work
 */
record Eligible(Snapshot members, Snapshot others, boolean panic) {

    private static final Snapshot NOBODY = new Snapshot(List.of(), new int[0]);

    /** Of a pool without members. */
    static final Eligible NONE = new Eligible(NOBODY, NOBODY, false);

    /** What picks among them. */
    Balancer balancer(Algorithm algorithm, RandomSource random) {
        Balancer first = algorithm.over(members, random);
        if (others.size() == 0) {
            return first;
        }
        Balancer second = algorithm.over(others, random);
        return pick -> {
            Member member = first.pick(pick);
            return member != null ? member : second.pick(pick);
        };
    }

    /** Whether there is a member that the pick does not exclude, full or not. */
    boolean offers(Pick pick) {
        return members.offers(pick) || others.offers(pick);
    }

    /** Whether a member that the pick does not exclude has a free place. */
    boolean hasRoom(Pick pick) {
        return members.hasRoom(pick) || others.hasRoom(pick);
    }

    int size() {
        return members.size() + others.size();
    }

    /** The members and the others. */
    Set<Member> everyone() {
        Set<Member> everyone = new HashSet<>(2 * size());
        members.addTo(everyone);
        others.addTo(everyone);
        return everyone;
    }

    /** Whether a balancer over the one would do the same as over the other. */
    boolean sameAs(Eligible other) {
        return members.sameAs(other.members) && others.sameAs(other.others);
    }

    /** Backups are in only when no ordinary member is. */
    static Eligible of(List<Member> all, long now, PoolSpec spec) {
        List<Member> permitted = all.stream().filter(Eligible::isPermitted).toList();
        List<Member> able = permitted.stream().filter(m -> m.availability() == Availability.UP).toList();
        boolean panic = isPanic(permitted, able, spec.balancing().panicThreshold());
        List<Member> candidates = panic ? permitted.stream().filter(Eligible::isKnown).toList() : able;
        boolean backups = candidates.stream().allMatch(m -> m.spec().backup());
        List<Member> eligible = backups
                ? candidates
                : candidates.stream().filter(m -> !m.spec().backup()).toList();
        ZonePreference zones = spec.balancing().zones();
        if (zones == null) {
            return new Eligible(weighted(eligible, now, spec), NOBODY, panic);
        }
        double local = zones.share(all.stream().filter(m -> isCounted(m, backups)).toList(), eligible);
        if (local == 1) {
            return new Eligible(weighted(eligible.stream().filter(zones::isLocal).toList(), now, spec),
                    weighted(eligible.stream().filter(m -> !zones.isLocal(m)).toList(), now, spec), panic);
        }
        int[] weights = weights(eligible, now, spec);
        return new Eligible(
                new Snapshot(eligible, local == 0 ? weights : zones.weights(eligible, weights, local)),
                NOBODY,
                panic);
    }

    private static Snapshot weighted(List<Member> members, long now, PoolSpec spec) {
        return new Snapshot(members, weights(members, now, spec));
    }

    /** A zone's weight counts every configured member, whatever its state. */
    private static boolean isCounted(Member member, boolean backups) {
        return !member.standing().leaving().value() && member.spec().backup() == backups;
    }

    /** Whether the operator and the configuration let it have work. */
    private static boolean isPermitted(Member member) {
        Standing standing = member.standing();
        return standing.operator().value().intent() == Intent.READY && !standing.leaving().value()
                && member.weight() > 0;
    }

    /** Whether its first checks have reached a verdict: waiting for them is no reason for panic. */
    private static boolean isKnown(Member member) {
        return member.standing().probe().value() != Probe.PENDING;
    }

    /** Backups do not count, but if one of them can serve for all others, there is no panic. */
    private static boolean isPanic(List<Member> permitted, List<Member> able, int threshold) {
        if (threshold == 0) {
            return false;
        }
        long known = permitted.stream().filter(m -> isKnown(m) && !m.spec().backup()).count();
        long up = able.stream().filter(m -> !m.spec().backup()).count();
        return up * 100 < known * threshold && (up > 0 || able.isEmpty());
    }

    private static int[] weights(List<Member> members, long now, PoolSpec spec) {
        boolean starting = members.stream()
                .anyMatch(m -> SlowStart.isStarting(m, now, spec.lifecycle().slowStart()));
        return members.stream()
                .mapToInt(m -> starting
                        ? m.weight() * SlowStart.share(m, now, spec.lifecycle().slowStart())
                        : m.weight())
                .toArray();
    }
}
