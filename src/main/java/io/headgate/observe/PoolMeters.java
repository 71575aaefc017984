package io.headgate.observe;

import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Meters of every member and every pool's queue, which read the counts that are kept anyway; they go when the
 * member, or the pool's last one, goes.
 */
public final class PoolMeters implements PoolListener {

    private final MeterRegistry registry;
    private final Map<Member, List<Meter>> meters = new ConcurrentHashMap<>();
    private final Map<Pool, List<Meter>> pools = new ConcurrentHashMap<>();

    public PoolMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        Tags tags = Tags.of("pool", pool.name(), "member", member.id());
        List<Meter> own = new ArrayList<>();
        own.add(Gauge.builder("headgate.member.up", member, m -> m.availability() == Availability.UP ? 1 : 0)
                .tags(tags)
                .description("1 while the member can get work").register(registry));
        own.add(Gauge.builder("headgate.member.in.flight", member, Member::inFlight).tags(tags)
                .description("Requests and connections that hold the member now").register(registry));
        own.add(FunctionCounter.builder("headgate.member.picks", member, Member::picks).tags(tags)
                .description("How often the member was picked").register(registry));
        for (Outcome outcome : Outcome.values()) {
            own.add(FunctionCounter.builder("headgate.member.outcomes", member, m -> m.count(outcome))
                    .tags(tags.and("outcome", outcome.name().toLowerCase(Locale.ROOT)))
                    .description("How requests and connections on the member ended").register(registry));
        }
        meters.put(member, own);
        pools.computeIfAbsent(pool, this::pool);
    }

    private List<Meter> pool(Pool pool) {
        Tags tags = Tags.of("pool", pool.name());
        return List.of(
                Gauge.builder("headgate.pool.panic", pool, p -> p.panic() ? 1 : 0).tags(tags)
                        .description("1 while the pool does not look at its members' health")
                        .register(registry),
                Gauge.builder("headgate.pool.queue.length", pool, p -> p.queue().length()).tags(tags)
                        .description("Requests and connections that wait for a place in the pool now")
                        .register(registry),
                FunctionTimer
                        .builder("headgate.pool.queue.wait", pool, p -> p.queue().admitted(),
                                p -> p.queue().waitedNanos(), TimeUnit.NANOSECONDS)
                        .tags(tags)
                        .description("How long those waited that got a place after they had waited")
                        .register(registry));
    }

    @Override
    public void memberRemoved(Pool pool, Member member) {
        List<Meter> own = meters.remove(member);
        if (own != null) {
            own.forEach(registry::remove);
        }
        if (pool.members().isEmpty()) {
            List<Meter> whole = pools.remove(pool);
            if (whole != null) {
                whole.forEach(registry::remove);
            }
        }
    }
}
