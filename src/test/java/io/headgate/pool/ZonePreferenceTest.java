package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.testing.PoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ZonePreferenceTest {

    private static final ZonePreference HERE = new ZonePreference("here", 80);

    private final TestedPools pools = new TestedPools(Duration.ZERO, true);

    private static MemberSpec member(String id, int weight, boolean backup, String zone) {
        return new MemberSpec(id, new Address(id, 80), weight, 0, backup, zone.isEmpty() ? null : zone);
    }

    private void configure(Algorithm algorithm, List<MemberSpec> members) {
        pools.pools().apply(List.of(PoolBuilder.pool("web", members).withAlgorithm(algorithm)
                .withDrainTimeout(Duration.ZERO).checked(true).withZones(HERE).spec()));
        members.forEach(member -> pools.probed(member.id(), Probe.UP));
    }

    private void configure(Algorithm algorithm, int here, int there) {
        List<MemberSpec> members = new ArrayList<>();
        for (int i = 0; i < here + there; i++) {
            members.add(member("m" + i, 1, false, i < here ? "here" : "there"));
        }
        configure(algorithm, members);
    }

    /** The part of the picks that members of our zone got, in percent. */
    private double local(int picks) {
        java.util.Random keys = new java.util.Random(5);
        int local = 0;
        for (int i = 0; i < picks; i++) {
            Member member = pools.pool().acquire(new Pick(keys.nextLong()));
            if (member == null) {
                throw new AssertionError("nobody");
            }
            local += HERE.isLocal(member) ? 1 : 0;
            member.release(Outcome.OK);
        }
        return local * 100.0 / picks;
    }

    /** With ten members here: the share is min(1, up / 10 / 0.8). */
    @ParameterizedTest
    @CsvSource({"10, 100", "9, 100", "8, 100", "7, 87.5", "5, 62.5", "4, 50", "1, 12.5", "0, 0"})
    void workSpillsOverInProportionToWhatTheZoneLacks(int up, double expected) {
        configure(new RoundRobin(), 10, 20);
        for (int i = up; i < 10; i++) {
            pools.probed("m" + i, Probe.DOWN);
        }
        assertThat(local(8_000)).isEqualTo(expected, within(0.3));
    }

    static List<Algorithm> algorithms() {
        return Algorithm.names().stream().map(name -> Algorithm.named(name).orElseThrow()).toList();
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void everyAlgorithmKeepsToTheShares(Algorithm algorithm) {
        configure(algorithm, 10, 5);
        if (!(algorithm instanceof RoundRobin || algorithm.key(HashOn.SOURCE) != null)) {
            return; // those draw by the weights, with the test's randomness always the first; see
                    // WeightedDrawTest
        }
        assertThat(local(1_000)).isEqualTo(100);
        for (int i = 0; i < 6; i++) {
            pools.probed("m" + i, Probe.DOWN);
        }
        assertThat(local(20_000)).isEqualTo(50, within(2.0));
    }

    @Test
    void sharesFollowTheConfiguredWeightAndZonesWithoutMembersTakeNothing() {
        configure(new RoundRobin(), List.of(member("a", 6, false, "here"), member("b", 2, false, "here"),
                member("c", 3, false, "there"), member("d", 1, false, "")));
        assertThat(local(1_000)).isEqualTo(100);
        pools.operate("a", Intent.DRAIN, null, null);
        assertThat(local(3_200)).as("2 of 8, over 0.8").isEqualTo(31.25, within(0.3));
        int[] share = pools.share(3_200, "a", "b", "c", "d");
        assertThat((double) share[2]).as("by weight among the others").isEqualTo(3 * share[3], within(30.0));
    }

    @Test
    void otherZonesServeWhatTheOwnOneCannotTake() {
        configure(new RoundRobin(), List.of(new MemberSpec("a", new Address("a", 80), 1, 1, false, "here"),
                member("b", 1, false, "there")));
        Member first = pools.acquire();
        assertThat(first.id()).isEqualTo("a");
        Member second = pools.acquire();
        assertThat(second.id()).as("the own zone is full").isEqualTo("b");
        first.release(Outcome.OK);
        assertThat(pools.acquire(first).id()).as("the own zone was tried").isEqualTo("b");
        assertThat(pools.acquire().id()).isEqualTo("a");
    }

    @Test
    void backupsOfTheZoneServeOnlyWhenNoOrdinaryMemberOfAnyZoneCan() {
        configure(new RoundRobin(), List.of(member("a", 1, false, "here"), member("b", 1, true, "here"),
                member("c", 1, false, "there"), member("d", 1, true, "there")));
        assertThat(pools.share(10, "a", "b", "c", "d")).containsExactly(10, 0, 0, 0);
        pools.probed("a", Probe.DOWN);
        assertThat(pools.share(10, "a", "b", "c", "d")).containsExactly(0, 0, 10, 0);
        pools.probed("c", Probe.DOWN);
        assertThat(pools.share(10, "a", "b", "c", "d")).containsExactly(0, 10, 0, 0);
    }

    @Test
    void thousandsOfHeavyMembersKeepTheirShares() {
        List<MemberSpec> members = new ArrayList<>();
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < 3_000; i++) {
            members.add(member("m" + i, 1 + random.nextInt(256), false, i < 500 ? "here" : "there"));
        }
        List<Member> all = new TestSnapshotOf(members).members();
        List<Member> able = all.subList(250, 3_000);
        double share = HERE.share(all, able);
        int[] weights = HERE.weights(able,
                able.stream().mapToInt(m -> m.weight() * SlowStart.SCALE).toArray(),
                share);
        double local = 0;
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            assertThat(weights[i]).isPositive();
            local += i < 250 ? weights[i] : 0;
            sum += weights[i];
        }
        assertThat(sum).isLessThan(Integer.MAX_VALUE);
        assertThat(local / sum).isEqualTo(share, within(0.001));
    }

    /** Members as a pool makes them. */
    private record TestSnapshotOf(List<MemberSpec> specs) {

        List<Member> members() {
            TestedPools pools = TestedPools.unchecked(specs.toArray(MemberSpec[]::new));
            return pools.pool().members();
        }
    }
}
