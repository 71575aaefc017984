package io.headgate.health;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.net.EventLoops;
import io.headgate.net.Recurring;
import io.headgate.pool.Clock;
import io.headgate.pool.EachOf;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.OutcomeListener;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/**
 * Passive detection: takes out members on which real traffic fails, with one circuit breaker for each member.
 * The breakers are in the registry under the name {@code POOL.MEMBER}, so that Resilience4j's own endpoints
 * and meters show them.
 *
 * <p>
 * Successes cost nothing here, see {@link MemberBreaker}. Waits end with the next tick, so up to a second
 * late.
 */
public final class OutlierDetection implements PoolListener, OutcomeListener, CheckListener, AutoCloseable {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final CircuitBreakerRegistry registry;
    private final Clock clock;
    private final Map<Pool, Ejections> pools = new ConcurrentHashMap<>();
    private final Runnable tick = Recurring.task("Outlier detection", this::tick);
    private final Future<?> ticking;
    private volatile Map<String, OutlierSpec> specs = Map.of();

    /** Watches nothing until {@link #apply}. */
    public OutlierDetection(CircuitBreakerRegistry registry, EventLoops loops, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.ticking = Recurring.every(TICK, loops.next(), "Outlier detection", this::tickOffTheLoop);
    }

    /**
     * Makes this the detection of the pools, by name, also of those that come from now on; a pool that is not
     * named is not watched. Where a pool's detection has changed, its members are taken back and start with
     * new breakers.
     */
    public void apply(Map<String, OutlierSpec> next) {
        specs = Map.copyOf(next);
        pools.forEach((pool, ejections) -> ejections.use(next.get(pool.name())));
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        pools.computeIfAbsent(pool, p -> new Ejections(p, registry, clock, specs.get(p.name())));
    }

    @Override
    public void onOutcome(Member member, Outcome outcome) {
        boolean failed = outcome.failed();
        if (!failed && !member.onTrial()) {
            return;
        }
        Ejections ejections = pools.get(member.pool());
        if (ejections != null && failed) {
            ejections.failed(member, outcome);
        } else if (ejections != null) {
            ejections.tried(member);
        }
    }

    @Override
    public void onCheck(Member member, Member.Check check) {
        Ejections ejections = pools.get(member.pool());
        if (ejections != null && check.passed()) {
            ejections.checked(member, check);
        }
    }

    /** Feeding the breakers of many members takes milliseconds, which is too long for an event loop. */
    private void tickOffTheLoop() {
        Thread.ofVirtual().name("outlier detection").start(tick);
    }

    /** Does what is due by time. */
    synchronized void tick() {
        EachOf.all(pools.values(), Ejections::tick);
        pools.keySet().forEach(pool -> pools.computeIfPresent(pool, (p, it) -> it.empty() ? null : it));
    }

    /** Ends the watch. To be called before the event loops are closed. */
    @Override
    public void close() {
        ticking.cancel(false);
    }
}
