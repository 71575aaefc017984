package io.headgate.observe;

import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Meters of every member, which read the counts that the members keep anyway; they go when the member goes.
 */
public final class PoolMeters implements PoolListener {

    private final MeterRegistry registry;
    private final Map<Member, List<Meter>> meters = new ConcurrentHashMap<>();
    private final Map<Pool, Meter> panics = new ConcurrentHashMap<>();

    public PoolMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        panics.computeIfAbsent(pool, p -> Gauge.builder("headgate.pool.panic", p, it -> it.panic() ? 1 : 0)
                .tags("pool", p.name()).description("1 while the pool does not look at its members' health")
                .register(registry));
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
    }

    @Override
    public void memberRemoved(Pool pool, Member member) {
        List<Meter> own = meters.remove(member);
        if (own != null) {
            own.forEach(registry::remove);
        }
        Meter panic = pool.members().isEmpty() ? panics.remove(pool) : null;
        if (panic != null) {
            registry.remove(panic);
        }
    }
}
