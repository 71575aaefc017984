package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Probe;
import io.headgate.testing.LogLines;
import io.headgate.testing.PoolBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionLogTest {

    private static final Address ADDRESS = new Address("127.0.0.1", 9);

    @Test
    void aPoolThatIsTakenAwayIsNoErrorAndOneWithoutMembersThatWorkIs() {
        Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        });
        pools.listen(new TransitionLog(event -> {
        }));
        PoolSpec spec = PoolBuilder.pool("web", new MemberSpec("a", ADDRESS, 1, 0, false, null))
                .withDrainTimeout(Duration.ZERO).spec();
        try (LogLines log = new LogLines("headgate.pool")) {
            pools.apply(List.of(spec));
            pools.find("web").orElseThrow().members().forEach(
                    member -> member.pool().probed(member, Probe.UP, "test"));
            pools.apply(List.of());
            assertThat(log.lines()).anyMatch(line -> line.contains("its last member leaves"))
                    .noneMatch(line -> line.contains("no member left"));
            pools.apply(List.of(spec));
            pools.find("web").orElseThrow().members().forEach(
                    member -> member.pool().probed(member, Probe.DOWN, "test"));
            assertThat(log.lines()).anyMatch(line -> line.contains("web has no member left"));
        }
    }
}
