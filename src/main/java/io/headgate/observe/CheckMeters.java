package io.headgate.observe;

import io.headgate.health.CheckListener;
import io.headgate.pool.Member;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Times active checks by pool and result. */
public final class CheckMeters implements CheckListener {

    private final MeterRegistry registry;
    private final Map<String, TimerTable> byPool = new ConcurrentHashMap<>();

    public CheckMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onCheck(Member member, Member.Check check) {
        byPool.computeIfAbsent(member.pool().name(), this::timers).at(check.passed() ? 1 : 0)
                .record(check.took());
    }

    /** Removes the meters of all other pools. */
    public void keepPools(Set<String> names) {
        byPool.keySet().stream().filter(pool -> !names.contains(pool)).map(byPool::remove)
                .filter(Objects::nonNull)
                .forEach(gone -> gone.forEach((timer, result) -> registry.remove(timer)));
    }

    private TimerTable timers(String pool) {
        return new TimerTable(2, result -> Timer.builder("headgate.checks").tag("pool", pool)
                .tag("result", result == 1 ? "passed" : "failed")
                .description("Active checks of members, and how long they took").register(registry));
    }
}
