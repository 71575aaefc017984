package io.headgate.pool;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Pools that the tests make by the hundred thousand. */
final class StressedPool {

    private StressedPool() {
    }

    /** A pool of this many members of weight 1, named by their number. */
    static Pool of(int size, int maxConnections) {
        List<MemberSpec> members = IntStream.range(0, size)
                .mapToObj(i -> new MemberSpec(Integer.toString(i), new Address("10.0.0.1", 1 + i), 1,
                        maxConnections, false, null))
                .toList();
        Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        });
        pools.apply(List.of(new PoolSpec("stressed", members,
                new Balancing(new RoundRobin(), HashOn.SOURCE, null, 0), QueueSpec.OFF,
                new Lifecycle(false, Duration.ZERO, Duration.ZERO, false), Timeouts.DEFAULT,
                MemberProtocol.HTTP1, null, null)));
        return pools.find("stressed").orElseThrow();
    }

    static Attempts attempts(Pool pool) {
        Attempts attempts = new Attempts(1);
        attempts.begin(pool, 0);
        return attempts;
    }

    /** An attempt that holds a member. */
    static Attempt attempt(Pool pool) {
        return Objects.requireNonNull(attempts(pool).nextNow(null));
    }

    /** The number of a member that is picked, -1 for nobody. */
    static int pick(Pool pool) {
        Member member = pool.acquire(new Pick());
        return member == null ? -1 : Integer.parseInt(member.id());
    }
}
