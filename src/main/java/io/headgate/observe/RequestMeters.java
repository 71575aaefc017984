package io.headgate.observe;

import io.headgate.l7.Lane;
import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Times requests by pool, lane and class of status, and counts the reasons of Headgate's own answers. There
 * is one timer for each combination that occurs; finding it allocates nothing.
 */
public final class RequestMeters implements RequestListener {

    private static final String NO_POOL = "none";
    /** Classes of status: 1xx to 5xx, and what members may invent. */
    private static final int CLASSES = 10;

    private final MeterRegistry registry;
    private final ReasonMeters reasons;
    private final Map<Lane, Map<String, TimerTable>> byLaneAndPool = new EnumMap<>(Lane.class);

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
        this.reasons = new ReasonMeters(registry, "l7");
        for (Lane lane : Lane.values()) {
            byLaneAndPool.put(lane, new ConcurrentHashMap<>());
        }
    }

    @Override
    public void served(ServedRequest request) {
        Reason reason = request.reason();
        if (reason != null) {
            reasons.count(reason);
        }
        Member member = request.member();
        String pool = member == null ? NO_POOL : member.pool().name();
        Map<String, TimerTable> byPool = Objects.requireNonNull(byLaneAndPool.get(request.lane()));
        TimerTable timers = byPool.get(pool);
        if (timers == null) {
            timers = byPool.computeIfAbsent(pool, name -> timers(name, request.lane()));
        }
        timers.at(Math.min(request.status() / 100, CLASSES - 1)).record(request.nanos(),
                TimeUnit.NANOSECONDS);
    }

    private TimerTable timers(String pool, Lane lane) {
        return new TimerTable(CLASSES, series -> Timer.builder("headgate.requests").tag("pool", pool)
                .tag("lane", lane.name().toLowerCase(Locale.ROOT)).tag("status", series + "xx")
                .description("Requests on the L7 port").register(registry));
    }
}
