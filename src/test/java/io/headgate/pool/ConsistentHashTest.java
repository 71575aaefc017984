package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistentHashTest {

    private static final int KEYS = 20_000;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 50, 100, 500, 1000})
    void aMemberThatGoesMovesItsOwnKeysAndFewOthersAndGetsThemBack(int size) {
        TestSnapshot members = TestSnapshot.equal(size);
        int[] before = owners(members.all());
        int[] during = owners(members.without(size / 2));
        long moved = differences(before, during);
        assertThat(moved).isLessThanOrEqualTo((long) (KEYS * (1.0 / size + 0.02)));
        assertThat(owners(members.all())).isEqualTo(before);
    }

    @Test
    void everyReplicaMapsAlikeWhateverTheOrderOfItsMembers() {
        TestSnapshot members = new TestSnapshot(1, 7, 3, 2, 2, 9);
        assertThat(owners(members.reversed())).isEqualTo(owners(members.all()));
    }

    @ParameterizedTest
    @CsvSource({"'1 1', '1 1'", "'1 3', '1 3'", "'1 2 5', '1 2 5'", "'256 1 256', '256 1 256'",
            "'20 40 100', '1 2 5'"})
    void sharesOfKeysAreTheWeights(String weights, String parts) {
        int[] expected = numbers(parts);
        int[] owners = owners(new TestSnapshot(numbers(weights)).all());
        int total = Arrays.stream(expected).sum();
        for (int i = 0; i < expected.length; i++) {
            int member = i;
            long keys = Arrays.stream(owners).filter(owner -> owner == member).count();
            double share = (double) expected[i] / total;
            assertThat((double) keys / KEYS).as("share of m%d", i).isBetween(share - 0.015, share + 0.015);
        }
    }

    @Test
    void theSameWeightsInOtherUnitsMapAlike() {
        assertThat(owners(new TestSnapshot(20, 40, 100).all()))
                .isEqualTo(owners(new TestSnapshot(1, 2, 5).all()));
    }

    @Test
    void keysOfAnExcludedMemberSpreadOverAllOthersAndEachAlwaysTheSameWay() {
        TestSnapshot members = TestSnapshot.equal(5);
        Balancer balancer = new ConsistentHash(0).over(members.all(), bound -> 0);
        int[] others = new int[5];
        for (int i = 0; i < KEYS; i++) {
            Member owner = Objects.requireNonNull(balancer.pick(new Pick(KeyHash.of("key" + i))));
            if (Shares.index(owner) == 2) {
                int next = Shares.index(balancer.pick(excluding(i, owner)));
                assertThat(Shares.index(balancer.pick(excluding(i, owner)))).isEqualTo(next);
                others[next]++;
            }
        }
        assertThat(others[2]).isZero();
        for (int other : List.of(0, 1, 3, 4)) {
            assertThat(others[other]).isGreaterThan((int) (KEYS / 5 / 4 * 0.75));
        }
    }

    private static Pick excluding(int key, Member member) {
        Pick pick = new Pick(KeyHash.of("key" + key));
        pick.exclude(member);
        return pick;
    }

    @Test
    void whereAllButOneAreExcludedThatOneIsFoundAndThenNobody() {
        TestSnapshot members = TestSnapshot.equal(300);
        Balancer balancer = new ConsistentHash(0).over(members.all(), bound -> 0);
        Pick pick = new Pick(KeyHash.of("key"));
        for (int i = 0; i < 299; i++) {
            pick.exclude(Objects.requireNonNull(balancer.pick(pick)));
        }
        Member last = Objects.requireNonNull(balancer.pick(pick));
        assertThat(pick.excludes(last)).isFalse();
        pick.exclude(last);
        assertThat(balancer.pick(pick)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 200})
    void aBoundKeepsAPopularKeyFromOverloadingItsMember(int size) {
        TestSnapshot members = TestSnapshot.equal(size);
        Balancer balancer = new ConsistentHash(125).over(members.all(), bound -> 0);
        for (int i = 0; i < size * 20; i++) {
            Shares.hold(balancer.pick(new Pick(KeyHash.of("popular"))));
        }
        for (int i = 0; i < size; i++) {
            assertThat(members.member(i).inFlight()).isLessThanOrEqualTo(26);
        }
    }

    @Test
    void aKeyStaysWhereItIsWhileItsMemberIsWithinTheBound() {
        TestSnapshot members = TestSnapshot.equal(5);
        Balancer balancer = new ConsistentHash(150).over(members.all(), bound -> 0);
        int owner = Shares.index(balancer.pick(new Pick(KeyHash.of("key"))));
        for (int i = 0; i < 5; i++) {
            members.load(i, 10);
        }
        assertThat(Shares.index(balancer.pick(new Pick(KeyHash.of("key"))))).isEqualTo(owner);
        members.load(owner, 10);
        assertThat(Shares.index(balancer.pick(new Pick(KeyHash.of("key"))))).isNotEqualTo(owner);
    }

    @Test
    void aBoundThatNoMemberCouldKeepIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConsistentHash(100))
                .withMessage("hash-balance-factor: 100 (expected: 0, or more than 100 percent)");
    }

    @Test
    void sourceHashMapsAsConsistentHashDoes() {
        Snapshot members = TestSnapshot.equal(7).all();
        Pick pick = new Pick(KeyHash.of(new byte[]{10, 0, 0, 1}));
        assertThat(new SourceHash().over(members, bound -> 0).pick(pick))
                .isSameAs(new ConsistentHash(0).over(members, bound -> 0).pick(pick));
    }

    @Test
    void textAndItsBytesHashAlike() {
        assertThat(KeyHash.of("user-17")).isEqualTo(KeyHash.of("user-17".getBytes(
                StandardCharsets.US_ASCII)));
        assertThat(KeyHash.of("")).isNotZero();
    }

    private static int[] owners(Snapshot members) {
        Balancer balancer = new ConsistentHash(0).over(members, bound -> 0);
        int[] owners = new int[KEYS];
        for (int i = 0; i < KEYS; i++) {
            owners[i] = Shares.index(balancer.pick(new Pick(KeyHash.of("key" + i))));
        }
        return owners;
    }

    private static long differences(int[] a, int[] b) {
        long count = 0;
        for (int i = 0; i < a.length; i++) {
            count += a[i] == b[i] ? 0 : 1;
        }
        return count;
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
