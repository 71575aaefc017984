package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.PoolBuilder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What picks while a large pool's members change. */
class SuccessionTest {

    private static final int MEMBERS = 300;

    private final Queue<Runnable> beside = new ArrayDeque<>();
    private Runnable whileMade = () -> {
    };
    private final Pools pools = new Pools(Clock.SYSTEM, bound -> {
        whileMade.run();
        return 0;
    }, (member, outcome) -> {
    }, beside::add);

    private Pool pool(Algorithm algorithm, int members) {
        return pool(pools, algorithm, IntStream.range(0, members));
    }

    private static Pool pool(Pools pools, Algorithm algorithm, IntStream members) {
        List<MemberSpec> specs = members.mapToObj(i -> TestedPools.member("m" + i)).toList();
        pools.apply(List.of(PoolBuilder.pool("web", specs).withAlgorithm(algorithm).spec()));
        return pools.find("web").orElseThrow();
    }

    private static void take(Pool pool, int member, Intent intent) {
        pool.operate(pool.member("m" + member).orElseThrow(), new Operator(intent, null, null, null));
    }

    private static String owner(Pool pool, int key) {
        Member member = Objects.requireNonNull(pool.acquire(new Pick(KeyHash.of("key" + key))));
        member.release(Outcome.OK);
        return member.id();
    }

    private static List<String> owners(Pool pool) {
        return IntStream.range(0, 2000).mapToObj(key -> owner(pool, key)).toList();
    }

    @Test
    void aBurstOfChangesMakesOneBalancerAndMembersThatAreOutGetNothingMeanwhile() {
        Pool pool = pool(new ConsistentHash(0), MEMBERS);
        List<String> before = owners(pool);
        for (int i = 0; i < 100; i++) {
            take(pool, i, Intent.MAINTENANCE);
        }
        assertThat(beside).hasSize(1);
        List<String> meanwhile = owners(pool);
        for (int key = 0; key < before.size(); key++) {
            if (isOut(before.get(key))) {
                assertThat(isOut(meanwhile.get(key))).isFalse();
            } else {
                assertThat(meanwhile.get(key)).isEqualTo(before.get(key));
            }
        }
        beside.remove().run();
        assertThat(beside).isEmpty();
        Pools replica = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        });
        assertThat(owners(pool)).as("as a replica that never knew the others maps them")
                .isEqualTo(owners(pool(replica, new ConsistentHash(0), IntStream.range(100, MEMBERS))));
    }

    private static boolean isOut(String id) {
        return Integer.parseInt(id.substring(1)) < 100;
    }

    @Test
    void aChangeWhileABalancerIsMadeIsTakenOverToo() {
        Pool pool = pool(new RoundRobin(), MEMBERS);
        take(pool, 0, Intent.DRAIN);
        whileMade = () -> {
            whileMade = () -> {
            };
            take(pool, 1, Intent.DRAIN);
        };
        beside.remove().run();
        assertThat(beside).isEmpty();
        for (int i = 0; i < MEMBERS - 2; i++) {
            assertThat(owner(pool, i)).isNotIn("m0", "m1");
        }
        assertThat(pool.members().stream().filter(m -> m.picks() == 1)).hasSize(MEMBERS - 2);
        take(pool, 1, Intent.READY);
        assertThat(beside).hasSize(1);
    }

    @Test
    void aSmallPoolAndOneWhoseMembersAreAllNewFollowAtOnce() {
        Pool pool = pool(new ConsistentHash(0), Succession.SMALL);
        take(pool, 0, Intent.DRAIN);
        assertThat(owners(pool)).doesNotContain("m0");
        pool(pools, new ConsistentHash(0), IntStream.range(1000, 1000 + MEMBERS));
        assertThat(owners(pool)).allMatch(id -> Integer.parseInt(id.substring(1)) >= 1000);
        pool(pools, new ConsistentHash(0), IntStream.of(5));
        assertThat(owners(pool)).containsOnly("m5");
        assertThat(beside).isEmpty();
    }

    @Test
    void whatIsMadeTooLateIsThrownAway() {
        Pool pool = pool(new ConsistentHash(0), MEMBERS);
        take(pool, 0, Intent.DRAIN);
        pool(pools, new ConsistentHash(0), IntStream.of(5));
        beside.remove().run();
        assertThat(owners(pool)).containsOnly("m5");
        pool(pools, new ConsistentHash(0), IntStream.range(0, MEMBERS));
        take(pool, 0, Intent.DRAIN);
        assertThat(beside).as("the next one is made beside again").hasSize(1);
    }

    @Test
    void membersWithoutAPlaceGoOnToOthersMeanwhile() {
        Pool pool = pool(new RoundRobin(), MEMBERS);
        IntStream.range(0, MEMBERS / 2).forEach(i -> take(pool, i, Intent.DRAIN));
        Pick pick = new Pick();
        for (int i = 0; i < MEMBERS / 2; i++) {
            Member member = Objects.requireNonNull(pool.acquire(pick));
            assertThat(member.availability()).isEqualTo(Availability.UP);
            assertThat(pick.exclusions()).isEqualTo(i);
            pick.exclude(member);
        }
        assertThat(pool.acquire(pick)).isNull();
    }
}
