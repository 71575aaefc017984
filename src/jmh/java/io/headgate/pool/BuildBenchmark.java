package io.headgate.pool;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
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

/** What a change of members costs: the balancer over members of random weights, made anew. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BuildBenchmark {

    /** {@link io.headgate.Benchmarks} fills in all algorithms. */
    @Param("round-robin")
    String algorithm = "";

    @Param({"100", "10000"})
    int members;

    private @Nullable Snapshot snapshot;

    @Setup
    public void members() {
        SplittableRandom random = new SplittableRandom(1);
        List<MemberSpec> specs = IntStream.range(0, members)
                .mapToObj(i -> new MemberSpec("m" + i, new Address("10.0." + i / 250 + "." + i % 250, 8080),
                        1 + random.nextInt(MemberSpec.MAX_WEIGHT), 0, false, null))
                .toList();
        Pools pools = new Pools(Clock.SYSTEM, RandomSource.THREAD_LOCAL, (m, o) -> {
        });
        pools.apply(List.of(new PoolSpec("bench", specs,
                new Balancing(new SourceHash(), HashOn.SOURCE, null, 0), QueueSpec.OFF,
                new Lifecycle(false, Duration.ZERO, Duration.ZERO, false), Timeouts.DEFAULT,
                MemberProtocol.HTTP1, null, null)));
        List<Member> all = pools.find("bench").orElseThrow().members();
        snapshot = new Snapshot(all, all.stream().mapToInt(Member::weight).toArray());
    }

    @Benchmark
    public Balancer build() {
        Snapshot over = snapshot;
        if (over == null) {
            throw new IllegalStateException("no members");
        }
        return Algorithm.named(algorithm).orElseThrow().over(over, RandomSource.THREAD_LOCAL);
    }
}
