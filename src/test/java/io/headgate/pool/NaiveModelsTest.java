package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Fast balancers beside models that are slow and plain: the chances of each member by the words of the
 * algorithm's description, and Maglev's table by the listing in its paper. Round robin and least connections
 * have theirs in tests of their own.
 */
class NaiveModelsTest {

    private static final int PICKS = 100_000;

    /** What the chance of the first is against the second; the rest is the second's. */
    @FunctionalInterface
    private interface Duel {

        double chanceOfFirst(int first, int second);
    }

    @Test
    void randomPicksAsTheModelDoes() {
        java.util.Random random = new java.util.Random(61);
        for (int round = 0; round < 20; round++) {
            int[] weights = random.ints(1 + random.nextInt(6), 1, 10).toArray();
            TestSnapshot members = loaded(weights, random);
            Duel duel = (f, s) -> members.member(s).inFlight() * weights[f] < members.member(f).inFlight()
                    * weights[s] ? 0 : 1;
            compare(new Random(), members, model(weights, duel), random);
        }
    }

    @Test
    void peakEwmaPicksAsTheModelDoes() {
        java.util.Random random = new java.util.Random(62);
        for (int round = 0; round < 20; round++) {
            int[] weights = random.ints(1 + random.nextInt(6), 1, 10).toArray();
            double mean = Arrays.stream(weights).average().orElseThrow();
            double[] cost = new double[weights.length];
            TestSnapshot members = loaded(weights, random);
            for (int i = 0; i < weights.length; i++) {
                long latency = 1_000_000L * (1 + random.nextInt(50));
                members.member(i).answered(latency);
                cost[i] = latency * (members.member(i).inFlight() * mean / weights[i] + 1);
            }
            compare(new PeakEwma(), members,
                    model(weights, (f, s) -> cost[f] <= cost[s] ? 1 : cost[s] / cost[f]), random);
        }
    }

    private static TestSnapshot loaded(int[] weights, java.util.Random random) {
        TestSnapshot members = new TestSnapshot(weights);
        for (int i = 0; i < weights.length; i++) {
            members.load(i, random.nextInt(4));
        }
        return members;
    }

    /** The chance of each member, by going through all pairs of draws. */
    private static double[] model(int[] weights, Duel duel) {
        int size = weights.length;
        double sum = Arrays.stream(weights).sum();
        double[] chances = new double[size];
        for (int f = 0; f < size; f++) {
            double first = weights[f] / sum;
            for (int s = 0; s < size; s++) {
                double second = size == 1 ? 1 : second(f, s, first, weights[s] / sum, size);
                double wins = f == s ? 1 : duel.chanceOfFirst(f, s);
                chances[f] += first * second * wins;
                chances[s] += first * second * (1 - wins);
            }
        }
        return chances;
    }

    /** Drawn again three times where it was the first again, and then the one beside it. */
    private static double second(int f, int s, double first, double own, int size) {
        if (f == s) {
            return 0;
        }
        double drawn = own * (1 + first + first * first);
        return (f + 1) % size == s ? drawn + first * first * first : drawn;
    }

    private static void compare(Algorithm algorithm, TestSnapshot members, double[] chances,
            java.util.Random random) {
        Balancer balancer = algorithm.over(members.all(), random::nextInt);
        double[] picked = new double[chances.length];
        for (int i = 0; i < PICKS; i++) {
            picked[Shares.index(balancer.pick(new Pick()))]++;
        }
        for (int i = 0; i < chances.length; i++) {
            assertThat(picked[i] / PICKS).as("m%d of %s", i, Arrays.toString(chances)).isEqualTo(chances[i],
                    within(0.008));
        }
    }

    /** Eisenbud and others, NSDI 2016, listing 1, with the hashes that ours takes. */
    @Test
    void maglevOwnsAsThePapersListingSays() {
        for (int size : new int[]{1, 2, 7, 40}) {
            TestSnapshot members = TestSnapshot.equal(size);
            int slots = 65_537;
            int[] table = new int[slots];
            Arrays.fill(table, -1);
            List<Integer> order = IntStream.range(0, size).boxed()
                    .sorted(Comparator.comparing((Integer i) -> members.member(i).id())).toList();
            int[] next = new int[size];
            for (int filled = 0; filled < slots;) {
                for (int i = 0; i < size && filled < slots; i++, filled++) {
                    int member = order.get(i);
                    int slot = preference(members.member(member).id(), next[member], slots);
                    while (table[slot] >= 0) {
                        next[member]++;
                        slot = preference(members.member(member).id(), next[member], slots);
                    }
                    table[slot] = member;
                    next[member]++;
                }
            }
            Balancer balancer = new ConsistentHash(0).over(members.all(), bound -> 0);
            for (int slot = 0; slot < slots; slot++) {
                assertThat(Shares.index(balancer.pick(new Pick(slot)))).isEqualTo(table[slot]);
            }
        }
    }

    private static int preference(String id, int j, int slots) {
        long offset = Long.remainderUnsigned(KeyHash.of(id), slots);
        long skip = 1 + Long.remainderUnsigned(KeyHash.mix(KeyHash.of(id) + 1), slots - 1);
        return (int) ((offset + j * skip) % slots);
    }
}
