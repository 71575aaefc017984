package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The member with the smallest (in flight + 1) / weight. Up to {@value #EXACT} members all are compared, from
 * a place that moves on with each pick, so that equal members take turns. Beyond that, the best of
 * {@value #DRAWS} members drawn at random by weight: the cost no longer grows with the pool, and the most
 * loaded member stays within O(log log n) of the mean (Mitzenmacher, "The Power of Two Choices in Randomized
 * Load Balancing", 2001).
 */
public record LeastConnections() implements Algorithm {

    static final int EXACT = 64;
    static final int DRAWS = 4;

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        return members.size() <= EXACT
                ? new Exact(members)
                : new Drawn(members, WeightedDraw.of(members), random);
    }

    /**
     * Whether a has less to do for its weight than b. Reads of in-flight counts race with other picks, which
     * does no harm.
     */
    static boolean lighter(Member a, int weightA, Member b, int weightB) {
        return (a.inFlight() + 1L) * weightB < (b.inFlight() + 1L) * weightA;
    }

    private static final class Exact implements Balancer {

        private final Snapshot members;
        private final AtomicInteger cursor = new AtomicInteger();

        Exact(Snapshot members) {
            this.members = members;
        }

        @Override
        public @Nullable Member pick(Pick pick) {
            int size = members.size();
            if (size == 0) {
                return null;
            }
            int at = Math.floorMod(cursor.getAndIncrement(), size);
            Member best = null;
            int bestWeight = 0;
            for (int i = 0; i < size; i++) {
                Member member = members.member(at);
                int weight = members.weight(at);
                if (!pick.excludes(member) && (best == null || lighter(member, weight, best, bestWeight))) {
                    best = member;
                    bestWeight = weight;
                }
                at = at + 1 < size ? at + 1 : 0;
            }
            return best;
        }
    }

    private record Drawn(Snapshot members, WeightedDraw draw, RandomSource random) implements Balancer {

        @Override
        public @Nullable Member pick(Pick pick) {
            Member best = null;
            int bestWeight = 0;
            for (int i = 0; i < DRAWS; i++) {
                int at = draw.index(random);
                Member member = members.member(at);
                int weight = members.weight(at);
                if (!pick.excludes(member) && (best == null || lighter(member, weight, best, bestWeight))) {
                    best = member;
                    bestWeight = weight;
                }
            }
            return best != null ? best : members.anyBut(pick, random);
        }
    }
}
