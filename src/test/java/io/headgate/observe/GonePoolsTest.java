package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Clock;
import io.headgate.pool.Held;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.testing.PoolBuilder;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reloads that rename a pool leave nothing behind. */
class GonePoolsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
    });
    private final RequestMeters requests = new RequestMeters(registry);
    private final CheckMeters checks = new CheckMeters(registry);

    private static PoolSpec pool(String name) {
        return PoolBuilder.pool(name, new MemberSpec("a", new Address("a", 1), 1, 0, false, null))
                .withDrainTimeout(Duration.ofHours(1)).spec();
    }

    private void serve(String pool) {
        Member member = pools.find(pool).orElseThrow().members().getFirst();
        serve(member);
    }

    private void serve(Member member) {
        requests.served(
                new ServedRequest("c", "GET", "/", 200, null, Lane.FAST, null, member, 2, 0, 0, 1_000));
        checks.onCheck(member, new Member.Check(true, "", Instant.EPOCH, Duration.ofMillis(1)));
    }

    private long series(String pool) {
        return meters().filter(meter -> pool.equals(meter.getId().getTag("pool"))).count();
    }

    /** Without the buckets, which this registry alone has as meters of their own. */
    private Stream<Meter> meters() {
        return registry.getMeters().stream().filter(meter -> meter.getId().getTag("le") == null);
    }

    @Test
    void thePoolsThatAreGoneHaveNoMeters() {
        pools.listen(new PoolMeters(registry));
        pools.listen(new GonePools(List.of(requests::keepPools, checks::keepPools)));
        pools.apply(List.of(pool("stays"), pool("p0")));
        serve("stays");
        serve("p0");
        long stays = series("stays");
        long before = meters().count();
        for (int i = 1; i <= 50; i++) {
            pools.apply(List.of(pool("stays"), pool("p" + i)));
            serve("p" + i);
            pools.sweep();
        }
        assertThat(meters()).hasSize((int) before);
        assertThat(series("stays")).isEqualTo(stays);
        assertThat(series("p50")).isEqualTo(stays);
    }

    @Test
    void aPoolThatHasNoMemberForAWhileKeepsThem() {
        pools.listen(new PoolMeters(registry));
        pools.listen(new GonePools(List.of(requests::keepPools, checks::keepPools)));
        pools.apply(List.of(pool("found")));
        serve("found");
        pools.update(pool("found").withMembers(List.of()));
        pools.sweep();
        assertThat(pools.find("found").orElseThrow().members()).isEmpty();
        assertThat(requests.ofPool("found").count()).isEqualTo(1);
        assertThat(registry.find("headgate.checks").timer()).isNotNull();
        assertThat(registry.find("headgate.pool.panic").gauge()).isNotNull();
        assertThat(registry.find("headgate.member.up").gauge()).isNull();
        pools.update(pool("found"));
        serve("found");
        assertThat(requests.ofPool("found").count()).isEqualTo(2);
    }

    @Test
    void anotherPoolOfTheSameNameKeepsThem() {
        pools.listen(new GonePools(List.of(requests::keepPools, checks::keepPools)));
        pools.apply(List.of(pool("again")));
        Attempt held = Held.in(pools.find("again").orElseThrow());
        serve("again");
        pools.apply(List.of());
        pools.apply(List.of(pool("again")));
        held.release(Outcome.OK);
        pools.sweep();
        assertThat(requests.ofPool("again").count()).isEqualTo(1);
    }

    @Test
    void whatDrainsKeepsThem() {
        pools.listen(new GonePools(List.of(requests::keepPools, checks::keepPools)));
        pools.apply(List.of(pool("old"), pool("other")));
        Attempt held = Held.in(pools.find("old").orElseThrow());
        serve("old");
        serve("other");
        pools.apply(List.of());
        pools.sweep();
        assertThat(series("old")).isPositive();
        assertThat(series("other")).isZero();
        held.release(Outcome.OK);
        pools.sweep();
        assertThat(series("old")).isZero();
    }
}
