package io.headgate.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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

    /** By weights alone: a table does not know how much is in flight. */
    @Override
    public Optional<Buckets> buckets(Snapshot members) {
        List<Integer> owners = new ArrayList<>();
        if (members.size() > 0) {
            int[] turns = RoundRobin.shortTurns(members);
            for (int i = 0; i < turns.length; i++) {
                owners.addAll(Collections.nCopies(turns[i], i));
            }
        }
        return Optional.of(new Buckets(Buckets.Draw.AT_RANDOM, owners));
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
