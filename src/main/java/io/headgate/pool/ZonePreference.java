package io.headgate.pool;

import java.util.List;

/**
 * Keeps work in the gateway's own zone as long as enough of the zone can take it. With h the share of the
 * zone's weight that can take work and t the threshold, the zone gets the share min(1, h / t) of the work,
 * and all other zones together get the rest, by weight: as Envoy spills over from one priority to the next,
 * whose overprovisioning factor is 1 / t.
 *
 * @param zone the gateway's own
 * @param threshold t in percent, 1 to 100
 */
public record ZonePreference(String zone, int threshold) {

    /** A weight is multiplied by this at most, so that the shares are whole numbers. */
    private static final double FINEST = 1000;

    /** What all weights together may come to: algorithms add them up as whole numbers. */
    private static final double LARGEST = 1 << 30;

    /**
     * The share of the work that the zone gets.
     *
     * @param wanted the members that serve together, if all can
     * @param able those of them that can
     */
    double share(List<Member> wanted, List<Member> able) {
        double whole = wanted.stream().filter(this::isLocal).mapToInt(member -> member.spec().weight()).sum();
        double local = able.stream().filter(this::isLocal).mapToInt(Member::weight).sum();
        if (local == 0) {
            return 0;
        }
        return able.stream().allMatch(this::isLocal) ? 1 : Math.min(1, local / whole * 100 / threshold);
    }

    boolean isLocal(Member member) {
        return zone.equals(member.spec().zone());
    }

    /** Changes the weights so that the members of the zone have this share of all, between 0 and 1. */
    int[] weights(List<Member> members, int[] weights, double share) {
        double local = 0;
        double other = 0;
        for (int i = 0; i < weights.length; i++) {
            if (isLocal(members.get(i))) {
                local += weights[i];
            } else {
                other += weights[i];
            }
        }
        double forLocal = share / local;
        double forOther = (1 - share) / other;
        double larger = Math.max(forLocal, forOther);
        double factor = Math.min(FINEST, LARGEST * larger) / larger;
        int[] shared = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            double part = weights[i] * (isLocal(members.get(i)) ? forLocal : forOther);
            shared[i] = (int) Math.max(1, Math.round(part * factor));
        }
        return shared;
    }
}
