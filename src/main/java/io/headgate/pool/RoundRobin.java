package io.headgate.pool;

import java.util.Comparator;
import java.util.PriorityQueue;
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
 */
public record RoundRobin() implements Algorithm {

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        if (members.size() == 0) {
            return pick -> null;
        }
        return new Cycle(members, layOut(members), random);
    }

    private static int[] layOut(Snapshot members) {
        int divisor = 0;
        long total = 0;
        for (int i = 0; i < members.size(); i++) {
            divisor = gcd(members.weight(i), divisor);
            total += members.weight(i);
        }
        int[] turns = new int[Math.toIntExact(total / divisor)];
        PriorityQueue<Turn> due = new PriorityQueue<>(Turn.ORDER);
        for (int i = 0; i < members.size(); i++) {
            due.add(new Turn(i, members.weight(i) / divisor, (i + 0.5) / members.size(), 0));
        }
        for (int i = 0; i < turns.length; i++) {
            Turn turn = due.remove();
            turns[i] = turn.member;
            if (turn.number + 1 < turn.weight) {
                due.add(turn.next());
            }
        }
        return turns;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** The number-th turn of a member, due at (number + phase) / weight. */
    private record Turn(int member, int weight, double phase, int number) {

        static final Comparator<Turn> ORDER = Comparator.comparingDouble(Turn::dueAt)
                .thenComparingInt(Turn::member);

        double dueAt() {
            return (number + phase) / weight;
        }

        Turn next() {
            return new Turn(member, weight, phase, number + 1);
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
            for (int i = 0; i < turns.length; i++) {
                int at = start + i;
                Member member = members.member(turns[at < turns.length ? at : at - turns.length]);
                if (!pick.excludes(member)) {
                    return member;
                }
            }
            return null;
        }
    }
}
