package io.headgate.pool;

import static io.headgate.pool.TestedPools.DRAIN_TIMEOUT;
import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a member by checks, operators and time. */
class MemberLifecycleTest {

    @Test
    void aCheckedMemberGetsNoWorkBeforeItsFirstVerdict() {
        TestedPools pools = new TestedPools(Duration.ZERO, true).configure(member("a"));
        assertThat(pools.tryAcquire()).isNull();
        assertThat(pools.pool().settled()).isFalse();
        assertThat(pools.pool().refusal()).isEqualTo(Reason.NO_MEMBER);
        pools.probed("a", Probe.UP);
        assertThat(pools.pool().settled()).isTrue();
        assertThat(pools.acquire().id()).isEqualTo("a");
    }

    @Test
    void theSameVerdictAgainIsNoChange() {
        TestedPools pools = new TestedPools(Duration.ZERO, true).configure(member("a"));
        pools.probed("a", Probe.DOWN);
        pools.events();
        pools.probed("a", Probe.DOWN);
        assertThat(pools.events()).isEmpty();
    }

    @Test
    void aDrainingMemberGetsNothingNewAndIsEvictedWhenItsTimeIsUp() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        Member held = pools.acquire();
        pools.events();
        pools.operate(held.id(), Intent.DRAIN, null, null);
        assertThat(pools.share(10, "a", "b")).containsExactly(0, 10);
        assertThat(pools.events()).containsExactly("web/a UP -> DRAINING: because");
        pools.pass(DRAIN_TIMEOUT.minusMillis(1));
        assertThat(pools.events()).isEmpty();
        pools.pass(Duration.ofMillis(1));
        assertThat(pools.events()).containsExactly("evicted web/a: drain-timeout");
        pools.pass(DRAIN_TIMEOUT);
        assertThat(pools.events()).as("evicted once").isEmpty();
        pools.operate("a", Intent.READY, null, null);
        assertThat(pools.share(10, "a", "b")).containsExactly(5, 5);
    }

    @Test
    void aMemberThatFlapsWhileItDrainsIsNeitherUsedNorGivenMoreTime() {
        TestedPools pools = new TestedPools(Duration.ZERO, true).configure(member("a"), member("b"));
        pools.probed("a", Probe.UP);
        pools.probed("b", Probe.UP);
        pools.operate("a", Intent.DRAIN, null, null);
        pools.events();
        for (int second = 1; second < DRAIN_TIMEOUT.toSeconds(); second++) {
            pools.probed("a", second % 2 == 0 ? Probe.UP : Probe.DOWN);
            pools.pool().ejected(pools.get("a"), second % 3 == 0, "test");
            pools.pass(Duration.ofSeconds(1));
            assertThat(pools.share(2, "a", "b")).containsExactly(0, 2);
        }
        assertThat(pools.events()).as("it drains all the time").isEmpty();
        pools.pass(Duration.ofSeconds(1));
        assertThat(pools.events()).containsExactly("evicted web/a: drain-timeout");
        pools.operate("a", Intent.READY, null, null);
        assertThat(pools.events()).containsExactly("web/a DRAINING -> DOWN: check");
        pools.probed("a", Probe.UP);
        assertThat(pools.share(2, "a", "b")).containsExactly(1, 1);
    }

    @Test
    void maintenanceEvictsAtOnce() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.events();
        pools.operate("a", Intent.MAINTENANCE, null, null);
        assertThat(pools.events()).containsExactly("web/a UP -> MAINTENANCE: because",
                "evicted web/a: maintenance");
        assertThat(pools.share(4, "a", "b")).containsExactly(0, 4);
    }

    @Test
    void anOperatorsWordIsVoidAfterItsTtl() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.operate("a", Intent.DRAIN, 3, Duration.ofSeconds(10));
        pools.pass(Duration.ofMillis(9_999));
        assertThat(pools.get("a").availability()).isEqualTo(Availability.DRAINING);
        pools.events();
        pools.pass(Duration.ofMillis(1));
        assertThat(pools.events()).containsExactly("web/a DRAINING -> UP: ttl has passed");
        assertThat(pools.get("a").weight()).isEqualTo(1);
        pools.pass(DRAIN_TIMEOUT);
        assertThat(pools.events()).as("the drain's end is void too").isEmpty();
    }

    @Test
    void aLaterWordWithoutTtlLasts() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.operate("a", Intent.DRAIN, null, Duration.ofSeconds(10));
        pools.operate("a", Intent.MAINTENANCE, null, null);
        pools.pass(Duration.ofHours(1));
        assertThat(pools.get("a").availability()).isEqualTo(Availability.MAINTENANCE);
    }

    @Test
    void anOperatorsWeightReplacesTheConfiguredOne() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.operate("a", Intent.READY, 3, null);
        assertThat(pools.share(40, "a", "b")).containsExactly(30, 10);
        pools.operate("a", Intent.READY, 0, null);
        assertThat(pools.share(40, "a", "b")).containsExactly(0, 40);
        pools.operate("a", Intent.READY, null, null);
        assertThat(pools.share(40, "a", "b")).containsExactly(20, 20);
    }

    @Test
    void aMemberThatComesUpGetsItsShareLittleByLittle() {
        TestedPools pools = new TestedPools(Duration.ofSeconds(100), true)
                .configure(member("a"), member("b"));
        pools.probed("a", Probe.UP);
        pools.pass(Duration.ofSeconds(200));
        pools.probed("b", Probe.UP);
        int last = 0;
        for (int second = 0; second <= 110; second += 10) {
            int share = pools.share(4_000, "a", "b")[1];
            double weight = 0.1 + 0.9 * Math.min(1, second / 100.0);
            assertThat((double) share).as("share after %d s", second).isBetween(
                    3_999 * (weight - 0.06) / (1 + weight - 0.06), 4_001 * (weight + 0.06) / (1.06 + weight));
            assertThat(share).isGreaterThanOrEqualTo(last);
            last = share;
            pools.pass(Duration.ofSeconds(10));
        }
        assertThat(last).isEqualTo(2_000);
    }

    @Test
    void backupsServeOnlyWhenNobodyElseCan() {
        TestedPools pools = new TestedPools(Duration.ZERO, true)
                .configure(member("a"), member("b", 1, 0, true));
        pools.probed("a", Probe.UP);
        pools.probed("b", Probe.UP);
        assertThat(pools.share(10, "a", "b")).containsExactly(10, 0);
        pools.probed("a", Probe.DOWN);
        assertThat(pools.share(10, "a", "b")).containsExactly(0, 10);
        pools.probed("a", Probe.UP);
        assertThat(pools.share(10, "a", "b")).containsExactly(10, 0);
    }

    @Test
    void anEjectedMemberIsOutUntilItIsTakenBack() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.pool().ejected(pools.get("a"), true, "5 of 5 failed");
        assertThat(pools.share(4, "a", "b")).containsExactly(0, 4);
        pools.pool().ejected(pools.get("a"), false, "passed again");
        assertThat(pools.share(4, "a", "b")).containsExactly(2, 2);
    }
}
