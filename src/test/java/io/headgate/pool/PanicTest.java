package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.PoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanicTest {

    private final TestedPools pools = new TestedPools(Duration.ZERO, true);
    private final List<Boolean> panics = new ArrayList<>();

    private void configure(int threshold, MemberSpec... members) {
        pools.pools().listen(new PoolListener() {

            @Override
            public void panicChanged(Pool pool, boolean panic) {
                panics.add(panic);
            }
        });
        pools.pools().apply(
                List.of(PoolBuilder.pool("web", members).checked(true).withPanicThreshold(threshold).spec()));
    }

    private void probed(Probe probe, String... ids) {
        for (String id : ids) {
            pools.probed(id, probe);
        }
    }

    private void four(int threshold) {
        configure(threshold, TestedPools.member("a"), TestedPools.member("b"), TestedPools.member("c"),
                TestedPools.member("d"));
        probed(Probe.UP, "a", "b", "c", "d");
    }

    @Test
    void whenTooFewCanTakeWorkAllGetItWhateverTheirHealth() {
        four(50);
        probed(Probe.DOWN, "a");
        pools.pool().ejected(pools.get("b"), true, "test");
        assertThat(pools.share(4, "a", "b", "c", "d")).containsExactly(0, 0, 2, 2);
        assertThat(panics).isEmpty();
        probed(Probe.DOWN, "c");
        assertThat(pools.share(8, "a", "b", "c", "d")).containsExactly(2, 2, 2, 2);
        assertThat(pools.pool().panic()).isTrue();
        probed(Probe.DOWN, "d");
        assertThat(pools.share(8, "a", "b", "c", "d")).containsExactly(2, 2, 2, 2);
        assertThat(pools.pool().available()).isTrue();
        assertThat(panics).as("told once").containsExactly(true);
        probed(Probe.UP, "a", "d");
        assertThat(pools.share(4, "a", "b", "c", "d")).containsExactly(2, 0, 0, 2);
        assertThat(panics).containsExactly(true, false);
    }

    @Test
    void theOperatorsWordHoldsAndThoseHeTookOutDoNotCount() {
        four(50);
        probed(Probe.DOWN, "a", "b");
        assertThat(pools.pool().panic()).isFalse();
        pools.operate("c", Intent.MAINTENANCE, null, null);
        assertThat(pools.pool().panic()).as("1 of 3").isTrue();
        assertThat(pools.share(6, "a", "b", "c", "d")).containsExactly(2, 2, 0, 2);
        pools.operate("a", Intent.READY, 0, null);
        assertThat(pools.share(4, "a", "b", "c", "d")).as("1 of 2: no panic").containsExactly(0, 0, 0, 4);
        probed(Probe.DOWN, "d");
        pools.operate("b", Intent.DRAIN, null, null);
        assertThat(pools.share(4, "a", "b", "c", "d")).containsExactly(0, 0, 0, 4);
    }

    @Test
    void aPoolThatIsNotCheckedYetIsNoReasonForPanic() {
        configure(50, TestedPools.member("a"), TestedPools.member("b"));
        assertThat(pools.tryAcquire()).isNull();
        probed(Probe.UP, "a");
        assertThat(pools.share(4, "a", "b")).containsExactly(4, 0);
        assertThat(panics).isEmpty();
    }

    @Test
    void aBackupThatCanServeForAllComesBeforePanic() {
        configure(50, TestedPools.member("a"), TestedPools.member("b"), TestedPools.member("c", 1, 0, true));
        probed(Probe.UP, "a", "b", "c");
        probed(Probe.DOWN, "a", "b");
        assertThat(pools.share(4, "a", "b", "c")).containsExactly(0, 0, 4);
        probed(Probe.DOWN, "c");
        assertThat(pools.share(4, "a", "b", "c")).containsExactly(2, 2, 0);
    }

    @Test
    void itIsOffByDefault() {
        four(0);
        probed(Probe.DOWN, "a", "b", "c", "d");
        assertThat(pools.tryAcquire()).isNull();
        assertThat(pools.pool().available()).isFalse();
    }
}
