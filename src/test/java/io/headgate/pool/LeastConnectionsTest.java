package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeastConnectionsTest {

    @ParameterizedTest
    @CsvSource({"1 1 1, 2 1 3, 1", "1 2, 1 2, 1", "1 256, 0 255, 1", "256 1, 255 0, 0", "3 1, 2 1, 0",
            "1 1, 0 5, 0"})
    void theOneWithTheLeastToDoForItsWeight(String weights, String inFlight, int picked) {
        TestSnapshot members = new TestSnapshot(ints(weights));
        int[] load = ints(inFlight);
        for (int i = 0; i < load.length; i++) {
            members.load(i, load[i]);
        }
        Balancer balancer = new LeastConnections().over(members.all(), bound -> 0);
        for (int i = 0; i < 2 * load.length; i++) { // wherever the comparison starts, but for ties
            Member member = balancer.pick(new Pick());
            assertThat(cost(Objects.requireNonNull(member))).isEqualTo(cost(members.member(picked)));
        }
    }

    /** Against the definition, over random pools, loads and exclusions. */
    @Test
    void picksAsTheNaiveModelDoes() {
        java.util.Random random = new java.util.Random(31);
        for (int round = 0; round < 300; round++) {
            int[] weights = random.ints(1 + random.nextInt(LeastConnections.EXACT), 1, 257).toArray();
            TestSnapshot members = new TestSnapshot(weights);
            Pick pick = new Pick();
            for (int i = 0; i < weights.length; i++) {
                members.load(i, random.nextInt(20));
                if (random.nextInt(4) == 0) {
                    pick.exclude(members.member(i));
                }
            }
            Balancer balancer = new LeastConnections().over(members.all(), random::nextInt);
            double least = Double.MAX_VALUE;
            for (int i = 0; i < weights.length; i++) {
                if (!pick.excludes(members.member(i))) {
                    least = Math.min(least, cost(members.member(i)));
                }
            }
            for (int i = 0; i < 3; i++) {
                Member picked = balancer.pick(pick);
                if (pick.exclusions() == weights.length) {
                    assertThat(picked).isNull();
                } else {
                    assertThat(cost(Objects.requireNonNull(picked))).isEqualTo(least);
                    assertThat(pick.excludes(picked)).isFalse();
                }
            }
        }
    }

    @Test
    void equalMembersTakeTurns() {
        TestSnapshot members = TestSnapshot.equal(4);
        Balancer balancer = new LeastConnections().over(members.all(), bound -> 0);
        int[] picked = new int[4];
        for (int i = 0; i < 400; i++) {
            picked[Shares.index(balancer.pick(new Pick()))]++;
        }
        assertThat(picked).containsOnly(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 500})
    void whatIsHeldIsSpreadEvenly(int size) {
        TestSnapshot members = TestSnapshot.equal(size);
        Balancer balancer = new LeastConnections().over(members.all(), TestSnapshot.seeded(32));
        for (int i = 0; i < 20 * size; i++) {
            Shares.hold(balancer.pick(new Pick()));
        }
        for (int i = 0; i < size; i++) {
            assertThat(members.member(i).inFlight()).as("member %d of %d", i, size).isBetween(16, 24);
        }
    }

    private static double cost(Member member) {
        return (member.inFlight() + 1.0) / member.weight();
    }

    private static int[] ints(String text) {
        return java.util.Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
