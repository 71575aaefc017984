package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Clock;
import io.headgate.pool.Held;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import io.headgate.testing.PoolBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which members' counts are told under an id that moves from one address to another. */
class PoolMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
    });

    @BeforeEach
    void listen() {
        pools.listen(new PoolMeters(registry));
        configure(1);
    }

    private void configure(int port) {
        MemberSpec member = new MemberSpec("a", new Address("a", port), 1, 0, false, null);
        pools.apply(List.of(PoolBuilder.pool("web", member).withDrainTimeout(Duration.ofHours(1)).spec()));
    }

    private Attempt acquire() {
        return Held.in(pools.find("web").orElseThrow());
    }

    private double inFlight() {
        return registry.get("headgate.member.in.flight").tags("pool", "web", "member", "a").gauge().value();
    }

    private double picks() {
        return registry.get("headgate.member.picks").tags("pool", "web", "member", "a").functionCounter()
                .count();
    }

    @Test
    void theNewAddressIsToldOfWhileTheOldOneDrainsAndAfterIt() {
        Attempt old = acquire();
        configure(2);
        assertThat(inFlight()).isZero();
        Attempt moved = acquire();
        assertThat(moved.member().address().port()).isEqualTo(2);
        acquire();
        assertThat(inFlight()).isEqualTo(2);
        old.release(Outcome.OK);
        pools.sweep();
        assertThat(pools.find("web").orElseThrow().members()).containsExactly(moved.member());
        assertThat(inFlight()).isEqualTo(2);
        assertThat(picks()).isEqualTo(2);
    }

    @Test
    void anIdThatMovesBackTakesItsMetersWithIt() {
        acquire();
        configure(2);
        Attempt moved = acquire();
        configure(1);
        acquire();
        assertThat(inFlight()).isEqualTo(2);
        moved.release(Outcome.OK);
        pools.sweep();
        assertThat(pools.find("web").orElseThrow().members()).hasSize(1);
        assertThat(inFlight()).isEqualTo(2);
    }

    @Test
    void aPoolThatComesBackWhileItsMembersStillDrainIsToldOf() {
        Attempt old = acquire();
        pools.apply(List.of());
        configure(1);
        acquire();
        acquire();
        old.release(Outcome.OK);
        pools.sweep();
        assertThat(inFlight()).isEqualTo(2);
        assertThat(registry.find("headgate.pool.queue.length").gauge()).isNotNull();
    }

    @Test
    void nothingIsLeftOfAPoolThatHasGone() {
        Attempt last = acquire();
        pools.apply(List.of());
        last.release(Outcome.OK);
        pools.sweep();
        assertThat(registry.getMeters()).isEmpty();
    }
}
