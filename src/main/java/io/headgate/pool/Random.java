package io.headgate.pool;

import org.jspecify.annotations.Nullable;

/**
 * Of two members drawn at random by their weights, the one with less in flight for its weight; when both have
 * equally much, the first drawn, so that shares of an idle pool are exactly its weights. Two draws are enough
 * to keep the most loaded member within O(log log n) of the mean (Mitzenmacher, "The Power of Two Choices in
 * Randomized Load Balancing", 2001), and many gateways that draw do not all run to the same member, as those
 * do that look for the best.
 */
public record Random() implements Algorithm {

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        return members.size() == 0 ? pick -> null : new Draws(members, WeightedDraw.of(members), random);
    }

    private record Draws(Snapshot members, WeightedDraw draw, RandomSource random) implements Balancer {

        @Override
        public @Nullable Member pick(Pick pick) {
            int first = draw.index(random);
            int second = draw.other(first, random);
            Member member = members.member(idler(second, first) ? second : first);
            if (!pick.excludes(member)) {
                return member;
            }
            Member other = members.member(idler(second, first) ? first : second);
            return pick.excludes(other) ? members.anyBut(pick, random) : other;
        }

        private boolean idler(int a, int b) {
            return (long) members.member(a).inFlight()
                    * members.weight(b) < (long) members.member(b).inFlight()
                            * members.weight(a);
        }
    }
}
