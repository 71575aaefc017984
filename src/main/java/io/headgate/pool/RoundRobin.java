package io.headgate.pool;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin: over any full cycle each member gets exactly its weight's share, evenly
 * interleaved.
 *
 * <p>
 * The cycle is laid out once for each snapshot. A member of weight w has w turns in a cycle of W (the sum of
 * the weights, over their greatest common divisor); its k-th turn is due at (k + p) / w of the cycle, where
 * the phases p of the members are spread over a turn, and turns are taken in the order of their due times
 * (earliest deadline first), ties by position. With one phase for all, members of equal weight would come in
 * clumps: 0001200 instead of 0001002 for the weights 5, 1, 1. A pick is one atomic increment and one array
 * read.
 *
 * <p>
 * A cycle has at most {@value #LONGEST} turns. Where the weights make a longer one, as those of ten thousand
 * members can, they are rounded to it, each member keeping one turn at least: a member then gets within half
 * a turn of its share, which for ten thousand is half a percent of the mean.
 */
public record RoundRobin() implements Algorithm {

    static final int LONGEST = 1 << 20;

    /** A table for others to pick by is shorter: each member is within a hundredth of its share. */
    private static final int SHORT_TURNS = 50;
    private static final int SHORT = 1024;

    /** After this many turns of excluded members, the members are asked one by one. */
    private static final int TURNS_TRIED = 64;

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        if (members.size() == 0) {
            return pick -> null;
        }
        return new Cycle(members, layOut(turns(members, LONGEST)), random);
    }

    @Override
    public Optional<Buckets> buckets(Snapshot members) {
        int[] turns = members.size() == 0 ? new int[0] : layOut(shortTurns(members));
        return Optional.of(new Buckets(Buckets.Draw.IN_TURN, Arrays.stream(turns).boxed().toList()));
    }

    static int[] shortTurns(Snapshot members) {
        return turns(members, Math.max(SHORT, SHORT_TURNS * members.size()));
    }

    /** How many turns each member has in a cycle of about this many at most. */
    private static int[] turns(Snapshot members, int longest) {
        int divisor = 0;
        long total = 0;
        for (int i = 0; i < members.size(); i++) {
            divisor = gcd(members.weight(i), divisor);
            total += members.weight(i);
        }
        double share = Math.min(1, longest * (double) divisor / total);
        int[] turns = new int[members.size()];
        for (int i = 0; i < turns.length; i++) {
            int weight = members.weight(i) / divisor;
            turns[i] = (int) Math.max(1, Math.round(weight * share));
        }
        return turns;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * Puts each turn where its due time would be if turns were spread evenly, which is nearly its place, and
     * lets an insertion sort do the rest: linear in the number of turns.
     */
    private static int[] layOut(int[] weights) {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int[] place = new int[total + 1];
        for (int i = 0; i < weights.length; i++) {
            for (int k = 0; k < weights[i]; k++) {
                place[(int) (due(weights, i, k) * total) + 1]++;
            }
        }
        for (int i = 1; i <= total; i++) {
            place[i] += place[i - 1];
        }
        int[] turns = new int[total];
        double[] dues = new double[total];
        for (int i = 0; i < weights.length; i++) {
            for (int k = 0; k < weights[i]; k++) {
                double due = due(weights, i, k);
                int at = place[(int) (due * total)]++;
                turns[at] = i;
                dues[at] = due;
            }
        }
        sort(turns, dues);
        return turns;
    }

    /** When the k-th turn of member i is due, as a part of the cycle: less than 1. */
    private static double due(int[] weights, int i, int k) {
        return (k + (i + 0.5) / weights.length) / weights[i];
    }

    private static void sort(int[] turns, double[] dues) {
        for (int i = 1; i < turns.length; i++) {
            int turn = turns[i];
            double due = dues[i];
            int at = i;
            for (; at > 0 && dues[at - 1] > due; at--) {
                turns[at] = turns[at - 1];
                dues[at] = dues[at - 1];
            }
            turns[at] = turn;
            dues[at] = due;
        }
    }

    private static final class Cycle implements Balancer {

        private final Snapshot members;
        private final int[] turns;
        private final AtomicLong cursor;

        Cycle(Snapshot members, int[] turns, RandomSource random) {
            this.members = members;
            this.turns = turns;
            this.cursor = new AtomicLong(random.below(turns.length));
        }

        @Override
        public @Nullable Member pick(Pick pick) {
            int start = (int) (cursor.getAndIncrement() % turns.length);
            int tried = Math.min(turns.length, TURNS_TRIED);
            for (int i = 0; i < tried; i++) {
                int at = start + i;
                Member member = members.member(turns[at < turns.length ? at : at - turns.length]);
                if (!pick.excludes(member)) {
                    return member;
                }
            }
            return tried == turns.length ? null : members.anyFrom(turns[start], pick);
        }
    }
}
