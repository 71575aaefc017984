package io.headgate.health;

import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.OutcomeListener;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.testing.PoolBuilder;
import java.util.stream.IntStream;

/** Pools for tests, of one pool named {@code web}. */
final class TestPools {

    private TestPools() {
    }

    static Pools listenedBy(Clock clock, PoolListener listener, OutcomeListener outcomes) {
        Pools pools = new Pools(clock, RandomSource.THREAD_LOCAL, outcomes);
        pools.listen(listener);
        return pools;
    }

    static PoolSpec spec(boolean checked, MemberSpec... members) {
        return PoolBuilder.pool("web", members).checked(checked).spec();
    }

    /** Members of 127.0.0.1 on these ports, named a, b, c and so on. */
    static PoolSpec onPorts(boolean checked, int... ports) {
        return spec(checked, IntStream.range(0, ports.length)
                .mapToObj(i -> new MemberSpec(Character.toString('a' + i), new Address("127.0.0.1", ports[i]),
                        1,
                        0, false, null))
                .toArray(MemberSpec[]::new));
    }

    static Pool web(Pools pools) {
        return pools.find("web").orElseThrow();
    }

    static Member member(Pools pools, String id) {
        return web(pools).member(id).orElseThrow();
    }
}
