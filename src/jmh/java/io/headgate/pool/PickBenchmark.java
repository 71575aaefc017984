package io.headgate.pool;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request pays its pool: a pick, a place taken on the member, and the place given back. A quarter of
 * the members have three times the weight, so that weights are really looked at.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBenchmark {

    /** {@link io.headgate.Benchmarks} fills in all algorithms. */
    @Param("round-robin")
    String algorithm = "";

    @Param({"3", "100", "10000"})
    int members;

    private final Pools pools = new Pools(Clock.SYSTEM, RandomSource.THREAD_LOCAL, (m, o) -> {
    });
    private @Nullable Pool pool;

    @Setup
    public void pool() {
        List<MemberSpec> specs = IntStream.range(0, members).mapToObj(PickBenchmark::member).toList();
        pools.apply(List.of(new PoolSpec("bench", specs,
                new Balancing(Algorithm.named(algorithm).orElseThrow(), HashOn.SOURCE, null, 0),
                QueueSpec.OFF,
                new Lifecycle(false, Duration.ZERO, Duration.ZERO, false), Timeouts.DEFAULT,
                MemberProtocol.HTTP1, null, null)));
        pool = pools.find("bench").orElseThrow();
    }

    private static MemberSpec member(int i) {
        Address address = new Address("10.0." + i / 250 + "." + i % 250, 8080);
        return new MemberSpec("m" + i, address, i % 4 == 0 ? 3 : 1, 0, false, null);
    }

    /**
     * A thread's requests: what each of them brings to its pick is made beforehand, as it is the request's.
     */
    @State(Scope.Thread)
    public static class Requests {

        private static final int MANY = 1024;

        private final Pick[] picks = new Pick[MANY];
        private int next;

        public Requests() {
            Arrays.setAll(picks, i -> new Pick(ThreadLocalRandom.current().nextLong()));
        }

        Pick next() {
            next = (next + 1) % MANY;
            return picks[next];
        }
    }

    @Benchmark
    public @Nullable Member acquireAndRelease(Requests requests) {
        Member member = Objects.requireNonNull(pool).acquire(requests.next());
        if (member != null) {
            member.release(Outcome.OK);
        }
        return member;
    }
}
