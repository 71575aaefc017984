package io.headgate.observe;

import io.headgate.observe.Namesakes.Bearers;
import io.headgate.pool.Availability;
import io.headgate.pool.ConnectionCounts;
import io.headgate.pool.Hedges;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Repeats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Meters of every member and every pool's queue, which read the counts that are kept anyway. They are removed
 * with the member, or with the pool. If a member's id has moved to another address, or a pool's name to
 * another pool, they show the new one while the old one drains.
 */
public final class PoolMeters implements PoolListener {

    private final MeterRegistry registry;
    private final Namesakes<Name, Member> members;
    private final Namesakes<String, Pool> pools;

    public PoolMeters(MeterRegistry registry) {
        this.registry = registry;
        this.members = new Namesakes<>(registry);
        this.pools = new Namesakes<>(registry);
    }

    private record Name(String pool, String member) {

        static Name of(Pool pool, Member member) {
            return new Name(pool.name(), member.id());
        }
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        Name name = Name.of(pool, member);
        members.add(name, member, bearers -> member(name, bearers));
        pools.add(pool.name(), pool, bearers -> pool(pool.name(), bearers));
    }

    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        if (from == Availability.LEAVING && !member.standing().leaving().value()) { // its id has moved back
            Name name = Name.of(pool, member);
            members.add(name, member, bearers -> member(name, bearers));
        }
    }

    private List<Meter> member(Name name, Bearers<Member> member) {
        Tags tags = Tags.of("pool", name.pool(), "member", name.member());
        List<Meter> own = new ArrayList<>();
        own.add(Gauge
                .builder("headgate.member.up", member,
                        m -> m.newest().availability() == Availability.UP ? 1 : 0)
                .tags(tags)
                .description("1 while the member can get work").register(registry));
        own.add(Gauge.builder("headgate.member.in.flight", member, m -> m.newest().inFlight()).tags(tags)
                .description("Requests and connections that hold the member now").register(registry));
        own.add(Gauge.builder("headgate.member.limit", member, m -> m.newest().limit()).tags(tags)
                .description("How many requests and connections may hold the member now; 0 for any number")
                .register(registry));
        own.add(FunctionCounter.builder("headgate.member.picks", member, m -> m.newest().picks()).tags(tags)
                .description("How often the member was picked").register(registry));
        for (Outcome outcome : Outcome.values()) {
            own.add(FunctionCounter
                    .builder("headgate.member.outcomes", member, m -> m.newest().count(outcome))
                    .tags(tags.and("outcome", outcome.code()))
                    .description("How requests and connections on the member ended").register(registry));
        }
        return own;
    }

    private List<Meter> pool(String name, Bearers<Pool> pool) {
        Tags tags = Tags.of("pool", name);
        return List.of(
                Gauge.builder("headgate.upstream.connections", pool, p -> p.newest().connections().open())
                        .tags(tags.and("state", "open"))
                        .description("The fast lane's connections to members, with a request or idle")
                        .register(registry),
                Gauge.builder("headgate.upstream.connections", pool, p -> p.newest().connections().idle())
                        .tags(tags.and("state", "idle"))
                        .description("The fast lane's connections to members, with a request or idle")
                        .register(registry),
                upstream(pool, tags, "created", ConnectionCounts::created),
                upstream(pool, tags, "reused", ConnectionCounts::reused),
                upstream(pool, tags, "failed", ConnectionCounts::failed),
                Gauge.builder("headgate.pool.panic", pool, p -> p.newest().panic() ? 1 : 0).tags(tags)
                        .description("1 while the pool ignores its members' health")
                        .register(registry),
                Gauge.builder("headgate.pool.queue.length", pool, p -> p.newest().queue().length()).tags(tags)
                        .description("Requests and connections that wait for a place in the pool now")
                        .register(registry),
                FunctionTimer
                        .builder("headgate.pool.queue.wait", pool, p -> p.newest().queue().admitted(),
                                p -> p.newest().queue().waitedNanos(), TimeUnit.NANOSECONDS)
                        .tags(tags)
                        .description("How long requests and connections waited that got a place")
                        .register(registry),
                Gauge.builder("headgate.pool.retry.budget.used", pool, p -> p.newest().repeats().now())
                        .tags(tags).description("Requests that are being repeated in the pool now")
                        .register(registry),
                Gauge.builder("headgate.pool.retry.budget.limit", pool, p -> p.newest().repeats().limit())
                        .tags(tags).description("How many requests may be repeated in the pool now")
                        .register(registry),
                repeats(tags.and("outcome", "begun"), pool, Repeats::begun),
                repeats(tags.and("outcome", "refused"), pool, Repeats::refused),
                hedges(tags.and("outcome", "begun"), pool, Hedges::begun),
                hedges(tags.and("outcome", "won"), pool, Hedges::won),
                hedges(tags.and("outcome", "refused"), pool, Hedges::refused));
    }

    private Meter hedges(Tags tags, Bearers<Pool> pool, ToLongFunction<Hedges> count) {
        return FunctionCounter
                .builder("headgate.pool.hedges", pool, p -> count.applyAsLong(p.newest().hedges()))
                .tags(tags)
                .description("Second attempts beside slow ones: begun, gone on with, or refused")
                .register(registry);
    }

    private Meter repeats(Tags tags, Bearers<Pool> pool, ToLongFunction<Repeats> count) {
        return FunctionCounter
                .builder("headgate.pool.retries", pool, p -> count.applyAsLong(p.newest().repeats()))
                .tags(tags)
                .description("How often a request was repeated, or not because the budget was used up")
                .register(registry);
    }

    private Meter upstream(Bearers<Pool> pool, Tags tags, String how,
            ToDoubleFunction<ConnectionCounts> count) {
        return FunctionCounter
                .builder("headgate.upstream.requests", pool,
                        p -> count.applyAsDouble(p.newest().connections()))
                .tags(tags.and("connection", how))
                .description("How the fast lane's attempts came to a connection to a member")
                .register(registry);
    }

    @Override
    public void memberRemoved(Pool pool, Member member) {
        members.remove(Name.of(pool, member), member);
    }

    @Override
    public void poolGone(Pool pool, Set<String> left) {
        pools.remove(pool.name(), pool);
    }
}
