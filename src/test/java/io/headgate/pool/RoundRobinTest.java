package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundRobinTest {

    @ParameterizedTest
    @CsvSource({"1 1 1, 012012", "5 1 1, 00010020001002", "1 1 1 5, 03133233031332", "2 1, 001001",
            "3 2, 0100101001", "4 2, 001001", "10 1 1 1 1, 00010020030040",
            "1, 0000"})
    void turnsAreInterleaved(String weights, String expected) {
        Balancer balancer = new RoundRobin().over(new TestSnapshot(ints(weights)).all(), bound -> 0);
        StringBuilder picked = new StringBuilder();
        while (picked.length() < expected.length()) {
            picked.append(Shares.index(balancer.pick(new Pick())));
        }
        assertThat(picked).hasToString(expected);
    }

    @Test
    void overAFullCycleEachMemberGetsExactlyItsShareWhereverItStarts() {
        java.util.Random random = new java.util.Random(21);
        for (int round = 0; round < 100; round++) {
            int[] weights = random.ints(1 + random.nextInt(20), 1, MemberSpec.MAX_WEIGHT + 1).toArray();
            int cycle = Arrays.stream(weights).sum();
            Balancer balancer = new RoundRobin().over(new TestSnapshot(weights).all(), random::nextInt);
            int[] picked = new int[weights.length];
            for (int i = 0; i < cycle; i++) {
                picked[Shares.index(balancer.pick(new Pick()))]++;
            }
            assertThat(picked).isEqualTo(weights);
        }
    }

    /** After any number of picks no member is a whole pick, give or take, away from its share. */
    @Test
    void noMemberRunsFarAheadOrBehind() {
        java.util.Random random = new java.util.Random(22);
        for (int round = 0; round < 100; round++) {
            int[] weights = random.ints(2 + random.nextInt(10), 1, MemberSpec.MAX_WEIGHT + 1).toArray();
            double cycle = Arrays.stream(weights).sum();
            Balancer balancer = new RoundRobin().over(new TestSnapshot(weights).all(), bound -> 0);
            int[] picked = new int[weights.length];
            for (int i = 1; i <= cycle; i++) {
                picked[Shares.index(balancer.pick(new Pick()))]++;
                for (int m = 0; m < weights.length; m++) {
                    assertThat(Math.abs(picked[m] - i * weights[m] / cycle))
                            .as("member %d of %s after %d picks", m, Arrays.toString(weights), i)
                            .isLessThan(2);
                }
            }
        }
    }

    /** The same order as taking the earliest due turn, again and again. */
    @Test
    void turnsComeInTheOrderInWhichTheyAreDue() {
        java.util.Random random = new java.util.Random(23);
        for (int round = 0; round < 100; round++) {
            int[] weights = random.ints(1 + random.nextInt(30), 1, MemberSpec.MAX_WEIGHT + 1).toArray();
            int divisor = Arrays.stream(weights).reduce(0, RoundRobinTest::gcd);
            Balancer balancer = new RoundRobin().over(new TestSnapshot(weights).all(), bound -> 0);
            int[] taken = new int[weights.length];
            for (int i = 0; i < Arrays.stream(weights).sum() / divisor; i++) {
                int next = -1;
                double due = 1;
                for (int m = 0; m < weights.length; m++) {
                    int turns = weights[m] / divisor;
                    double own = (taken[m] + (m + 0.5) / weights.length) / turns;
                    if (own < due) {
                        next = m;
                        due = own;
                    }
                }
                taken[next]++;
                assertThat(Shares.index(balancer.pick(new Pick()))).as("%s, turn %d",
                        Arrays.toString(weights), i).isEqualTo(next);
            }
        }
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Test
    void aCycleThatWouldBeTooLongIsRounded() {
        java.util.Random random = new java.util.Random(24);
        int[] weights = random.ints(10_000, 1, MemberSpec.MAX_WEIGHT + 1).toArray();
        double sum = Arrays.stream(weights).sum();
        assertThat(sum).isGreaterThan(RoundRobin.LONGEST);
        Balancer balancer = new RoundRobin().over(new TestSnapshot(weights).all(), bound -> 0);
        int[] picked = new int[weights.length];
        for (int i = 0; i < RoundRobin.LONGEST; i++) {
            picked[Shares.index(balancer.pick(new Pick()))]++;
        }
        for (int i = 0; i < weights.length; i++) {
            assertThat((double) picked[i]).isCloseTo(Math.max(1, weights[i] / sum * RoundRobin.LONGEST),
                    within(1.6));
        }
    }

    @Test
    void aMemberOfFewTurnsIsFoundWhenAllOthersAreExcluded() {
        TestSnapshot members = new TestSnapshot(256, 256, 256, 1);
        Balancer balancer = new RoundRobin().over(members.all(), bound -> 0);
        Pick pick = new Pick();
        for (int i = 0; i < 3; i++) {
            pick.exclude(members.member(i));
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(Shares.index(balancer.pick(pick))).isEqualTo(3);
        }
    }

    @Test
    void anExcludedMembersTurnGoesToTheNextInTheCycle() {
        TestSnapshot members = TestSnapshot.equal(3);
        Balancer balancer = new RoundRobin().over(members.all(), bound -> 0);
        Pick pick = new Pick();
        pick.exclude(members.member(0));
        assertThat(Shares.index(balancer.pick(pick))).isEqualTo(1);
    }

    @Test
    void replicasStartAtDifferentPlaces() {
        Snapshot members = TestSnapshot.equal(5).all();
        for (int start = 0; start < 5; start++) {
            int drawn = start;
            Balancer balancer = new RoundRobin().over(members, bound -> {
                assertThat(bound).isEqualTo(5);
                return drawn;
            });
            assertThat(Objects.requireNonNull(balancer.pick(new Pick())).id()).isEqualTo("m" + start);
        }
    }

    private static int[] ints(String text) {
        return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
