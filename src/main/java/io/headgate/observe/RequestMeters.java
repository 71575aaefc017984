package io.headgate.observe;

import io.headgate.l7.Lane;
import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Times requests by pool, lane and class of status, and counts the reasons of our own answers. There is one
 * timer for each combination that occurs, found by a key without making a string.
 */
public final class RequestMeters implements RequestListener {

    private final MeterRegistry registry;
    private final ReasonMeters reasons;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
        this.reasons = new ReasonMeters(registry, "l7");
    }

    private record Key(@Nullable String pool, Lane lane, int series) {}

    @Override
    public void served(ServedRequest request) {
        Reason reason = request.reason();
        if (reason != null) {
            reasons.count(reason);
        }
        Member member = request.member();
        Key key = new Key(member == null ? null : member.pool().name(), request.lane(),
                request.status() / 100);
        Timer timer = timers.get(key);
        if (timer == null) {
            timer = timers.computeIfAbsent(key, this::timer);
        }
        timer.record(request.nanos(), TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder("headgate.requests").tag("pool", key.pool() == null ? "none" : key.pool())
                .tag("lane", key.lane().name().toLowerCase(Locale.ROOT)).tag("status", key.series() + "xx")
                .description("Requests on the L7 port").register(registry);
    }
}
