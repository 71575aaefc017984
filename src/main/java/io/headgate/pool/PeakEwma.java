package io.headgate.pool;

import org.jspecify.annotations.Nullable;

/**
 * Prefers members that answer fast. Of two members drawn at random by their weights, the first is taken,
 * unless it is the costlier one: then with the chance of the other's cost by its own alone. A member's cost
 * is its {@link Latency} times its requests in flight and one more. So a member that is three times as slow
 * gets a third of its share, and equal members get equal shares although their latencies always differ a
 * little: whoever takes the better of two leaves a member without traffic that was slow once. None is ever
 * without traffic that shows how fast it is.
 *
 * <p>
 * Before its first answer a member counts as fast while it has nothing in flight, and as slow after that: one
 * request finds out. Where nobody reports latencies, this is {@link Random}.
 */
public record PeakEwma() implements Algorithm {

    private static final int PARTS = 1 << 20;

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        return members.size() == 0 ? pick -> null : new Draws(members, WeightedDraw.of(members), random);
    }

    private static final class Draws implements Balancer {

        private final Snapshot members;
        private final WeightedDraw draw;
        private final RandomSource random;
        private final float meanWeight;

        Draws(Snapshot members, WeightedDraw draw, RandomSource random) {
            this.members = members;
            this.draw = draw;
            this.random = random;
            float sum = 0;
            for (int i = 0; i < members.size(); i++) {
                sum += members.weight(i);
            }
            this.meanWeight = sum / members.size();
        }

        @Override
        public @Nullable Member pick(Pick pick) {
            int first = draw.index(random);
            int second = draw.other(first, random);
            boolean takeFirst = first == second || takesFirst(first, second);
            Member member = members.member(takeFirst ? first : second);
            if (!pick.excludes(member)) {
                return member;
            }
            Member other = members.member(takeFirst ? second : first);
            return pick.excludes(other) ? members.anyBut(pick, random) : other;
        }

        private boolean takesFirst(int first, int second) {
            long now = members.member(first).pool().nanos();
            float latencyA = members.member(first).latency(now);
            float latencyB = members.member(second).latency(now);
            float loadA = load(first);
            float loadB = load(second);
            if (latencyA == 0 || latencyB == 0) {
                return unknown(latencyA, loadA, latencyB, loadB);
            }
            float costA = latencyA * loadA;
            float costB = latencyB * loadB;
            return costA <= costB || random.below(PARTS) < PARTS * (costB / costA);
        }

        private static boolean unknown(float latencyA, float loadA, float latencyB, float loadB) {
            if (latencyA == 0 && latencyB == 0) {
                return loadA <= loadB;
            }
            return latencyA == 0 ? loadA == 1 : loadB > 1;
        }

        /** What is in flight for the member's weight, and one more. */
        private float load(int index) {
            return members.member(index).inFlight() * meanWeight / members.weight(index) + 1;
        }
    }
}
