package io.headgate.pool;

import io.headgate.testing.PoolBuilder;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Members of one pool under a clock of the test, and snapshots of them. */
final class TestSnapshot {

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Pool pool;

    TestSnapshot(int... weights) {
        List<MemberSpec> specs = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            specs.add(new MemberSpec("m" + i, new Address("10.0.0.1", 1000 + i), weights[i], 0, false, null));
        }
        Pools pools = new Pools(new Clock(ticker, InstantSource.fixed(Instant.EPOCH)), bound -> 0,
                (member, outcome) -> {
                });
        pools.apply(List.of(PoolBuilder.pool("test", specs).withDrainTimeout(Duration.ZERO).spec()));
        pool = pools.find("test").orElseThrow();
        pass(1_000_000_000);
    }

    static TestSnapshot equal(int members) {
        int[] weights = new int[members];
        Arrays.fill(weights, 1);
        return new TestSnapshot(weights);
    }

    Member member(int index) {
        return pool.members().get(index);
    }

    Snapshot all() {
        return of(pool.members());
    }

    Snapshot without(int index) {
        return of(pool.members().stream().filter(m -> m != member(index)).toList());
    }

    Snapshot reversed() {
        return of(pool.members().reversed());
    }

    private static Snapshot of(List<Member> members) {
        return new Snapshot(members, members.stream().mapToInt(Member::weight).toArray());
    }

    void load(int index, int inFlight) {
        for (int i = 0; i < inFlight; i++) {
            member(index).tryAcquire();
        }
    }

    void pass(long nanos) {
        ticker.advance(nanos, TimeUnit.NANOSECONDS);
    }

    /** Randomness that is the same in every run. */
    static RandomSource seeded(long seed) {
        java.util.Random random = new java.util.Random(seed);
        return random::nextInt;
    }
}
