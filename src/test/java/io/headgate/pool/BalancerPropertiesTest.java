package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every algorithm, over pools of random sizes, weights and loads. */
class BalancerPropertiesTest {

    private static final int ROUNDS = 200;

    static Stream<Algorithm> algorithms() {
        return Algorithm.names().stream().map(name -> Algorithm.named(name).orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void noMemberIsPickedTwiceByOneRequestAndNoneIsLeftOut(Algorithm algorithm) {
        java.util.Random random = new java.util.Random(11);
        for (int round = 0; round < ROUNDS; round++) {
            TestSnapshot members = pool(random);
            Snapshot snapshot = members.all();
            Balancer balancer = algorithm.over(snapshot, random::nextInt);
            Pick pick = new Pick(random.nextLong());
            Set<Member> seen = new HashSet<>();
            for (Member next = balancer.pick(pick); next != null; next = balancer.pick(pick)) {
                assertThat(seen.add(next)).as("%s picked again", next).isTrue();
                pick.exclude(next);
            }
            assertThat(seen).hasSize(snapshot.size());
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void onlyMembersOfTheSnapshotArePicked(Algorithm algorithm) {
        java.util.Random random = new java.util.Random(12);
        for (int round = 0; round < ROUNDS; round++) {
            TestSnapshot members = pool(random);
            int gone = random.nextInt(members.all().size());
            Balancer balancer = algorithm.over(members.without(gone), random::nextInt);
            for (int i = 0; i < 20; i++) {
                assertThat(balancer.pick(new Pick(random.nextLong()))).isNotSameAs(members.member(gone));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void nobodyIsPickedFromNobody(Algorithm algorithm) {
        Balancer balancer = algorithm.over(TestSnapshot.equal(1).without(0), bound -> 0);
        assertThat(balancer.pick(new Pick())).isNull();
    }

    private static TestSnapshot pool(java.util.Random random) {
        int[] weights = random.ints(1 + random.nextInt(random.nextBoolean() ? 5 : 100), 1, 257).toArray();
        TestSnapshot members = new TestSnapshot(weights);
        for (int i = 0; i < weights.length; i++) {
            members.load(i, random.nextInt(4));
            if (random.nextBoolean()) {
                members.member(i).answered(random.nextInt(1_000_000_000));
            }
        }
        return members;
    }
}
