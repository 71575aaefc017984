package io.headgate.pool;

import io.headgate.testing.PoolBuilder;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One pool named web, under a clock of the test, that writes down what its listener hears. */
final class TestedPools {

    static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<String> events = new ArrayList<>();
    private final Pools pools = new Pools(new Clock(ticker, () -> Instant.EPOCH.plusNanos(ticker.nanoTime())),
            bound -> 0,
            (member, outcome) -> {
            });
    private final Duration slowStart;
    private final boolean checked;

    TestedPools(Duration slowStart, boolean checked) {
        this.slowStart = slowStart;
        this.checked = checked;
        ticker.advance(1, TimeUnit.HOURS);
        pools.listen(new PoolListener() {

            @Override
            public void memberAdded(Pool pool, Member member) {
                events.add("added " + member);
            }

            @Override
            public void memberRemoved(Pool pool, Member member) {
                events.add("removed " + member);
            }

            @Override
            public void memberChanged(Pool pool, Member member, Availability from, Availability to,
                    String cause) {
                events.add(member + " " + from + " -> " + to + ": " + cause);
            }

            @Override
            public void memberEvicted(Pool pool, Member member, Reason reason) {
                events.add("evicted " + member + ": " + reason.code());
            }
        });
    }

    static TestedPools unchecked(MemberSpec... members) {
        TestedPools pools = new TestedPools(Duration.ZERO, false);
        pools.configure(members);
        return pools;
    }

    static MemberSpec member(String id) {
        return member(id, 1, 0, false);
    }

    static MemberSpec member(String id, int weight, int maxConnections, boolean backup) {
        return new MemberSpec(id, new Address(id, 80), weight, maxConnections, backup, null);
    }

    TestedPools configure(MemberSpec... members) {
        return configure(QueueSpec.OFF, members);
    }

    TestedPools configure(QueueSpec queue, MemberSpec... members) {
        pools.apply(List.of(PoolBuilder.pool("web", members).checked(checked).withSlowStart(slowStart)
                .withDrainTimeout(DRAIN_TIMEOUT).withQueue(queue).spec()));
        return this;
    }

    Ticker ticker() {
        return ticker;
    }

    Pools pools() {
        return pools;
    }

    Pool pool() {
        return pools.find("web").orElseThrow();
    }

    Member get(String id) {
        return pool().member(id).orElseThrow();
    }

    void probed(String id, Probe probe) {
        pool().probed(get(id), probe, "check");
    }

    void operate(String id, Intent intent, @Nullable Integer weight, @Nullable Duration ttl) {
        pool().operate(get(id), new Operator(intent, weight, "because", ttl));
    }

    void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        pools.sweep();
    }

    /** What was heard since the last call. */
    List<String> events() {
        List<String> heard = List.copyOf(events);
        events.clear();
        return heard;
    }

    Member acquire(Member... without) {
        Pick pick = new Pick();
        Arrays.stream(without).forEach(pick::exclude);
        return Objects.requireNonNull(pool().acquire(pick));
    }

    @Nullable
    Member tryAcquire() {
        return pool().acquire(new Pick());
    }

    /** Who got how many of this many picks, in the order of the ids. */
    int[] share(int picks, String... ids) {
        int[] counts = new int[ids.length];
        for (int i = 0; i < picks; i++) {
            Member member = acquire();
            counts[Arrays.asList(ids).indexOf(member.id())]++;
            member.release(Outcome.OK);
        }
        return counts;
    }
}
