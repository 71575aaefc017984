package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.PoolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MaintenanceTest {

    private final Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
    });

    private void members(MemberSpec... members) {
        pools.apply(List.of(PoolBuilder.pool("web", members).withDrainTimeout(Duration.ofMinutes(1)).spec()));
    }

    private Pool web() {
        return pools.find("web").orElseThrow();
    }

    @Test
    void aMemberInMaintenanceGoesWhenItIsConfiguredNoLonger() {
        members(MemberSpec.of(new Address("10.0.0.1", 80)));
        Member member = web().members().getFirst();
        web().operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
        members();
        pools.sweep();
        assertThat(web().members()).isEmpty();
    }

    @Test
    void aMemberInMaintenanceThatLeavesStaysUntilItsWorkIsOver() {
        members(MemberSpec.of(new Address("10.0.0.1", 80)));
        Member member = Objects.requireNonNull(web().acquire(new Pick()));
        web().operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
        members();
        assertThat(web().members()).containsExactly(member);
        member.release(Outcome.OK);
        pools.sweep();
        assertThat(web().members()).isEmpty();
    }
}
