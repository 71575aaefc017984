package io.headgate.observe;

import io.headgate.l7.CacheUse;
import io.headgate.l7.Lane;
import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Times requests by pool, lane and class of status, and by route and class of status, and counts the reasons
 * of Headgate's own answers. There is one timer for each combination that occurs; finding it allocates
 * nothing. Pools and routes come from the configuration, so that clients cannot make new ones.
 */
public final class RequestMeters implements RequestListener {

    private static final String NONE = "none";
    /** Classes of status: 1xx to 5xx, and what members may invent. */
    private static final int CLASSES = 10;

    private static final Duration[] FINE = buckets(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000,
            250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000);
    /** There may be thousands of routes. */
    private static final Duration[] COARSE = buckets(5_000, 25_000, 100_000, 500_000, 2_500_000);

    private final MeterRegistry registry;
    private final ReasonMeters reasons;
    private final Map<CacheUse, Counter> byCacheUse = new EnumMap<>(CacheUse.class);
    private final Map<Lane, Map<String, TimerTable>> byLaneAndPool = new EnumMap<>(Lane.class);
    private final Map<String, TimerTable> byRoute = new ConcurrentHashMap<>();
    private final Map<String, OfMembers> ofMembers = new ConcurrentHashMap<>();

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
        this.reasons = new ReasonMeters(registry, "l7");
        for (CacheUse use : CacheUse.values()) {
            byCacheUse.put(use, Counter.builder("headgate.cache.requests").tag("result", use.code())
                    .description("Requests of routes with a cache").register(registry));
        }
        for (Lane lane : Lane.values()) {
            byLaneAndPool.put(lane, new ConcurrentHashMap<>());
        }
    }

    private static Duration[] buckets(long... micros) {
        return LongStream.of(micros).mapToObj(each -> Duration.ofNanos(each * 1000)).toArray(Duration[]::new);
    }

    @Override
    public void served(ServedRequest request) {
        Reason reason = request.reason();
        if (reason != null) {
            reasons.count(reason);
        }
        CacheUse use = request.cache();
        if (use != null) {
            Objects.requireNonNull(byCacheUse.get(use)).increment();
        }
        Member member = request.member();
        String pool = member == null ? NONE : member.pool().name();
        Map<String, TimerTable> byPool = Objects.requireNonNull(byLaneAndPool.get(request.lane()));
        TimerTable timers = byPool.get(pool);
        if (timers == null) {
            timers = byPool.computeIfAbsent(pool, name -> ofPool(name, request.lane()));
        }
        int status = Math.min(request.status() / 100, CLASSES - 1);
        timers.at(status).record(request.nanos(), TimeUnit.NANOSECONDS);
        if (request.answerNanos() >= 0) {
            ofPoolNamed(pool).firstByte.record(request.answerNanos(), TimeUnit.NANOSECONDS);
        }
        if (request.attempts() > 1) {
            ofPoolNamed(pool).retries.increment(request.attempts() - 1.0);
        }
        String route = request.route() == null ? NONE : request.route();
        TimerTable own = byRoute.get(route);
        if (own == null) {
            own = byRoute.computeIfAbsent(route, this::ofRouteNamed);
        }
        own.at(status).record(request.nanos(), TimeUnit.NANOSECONDS);
    }

    private record OfMembers(Timer firstByte, Counter retries) {}

    private OfMembers ofPoolNamed(String pool) {
        OfMembers known = ofMembers.get(pool);
        return known != null
                ? known
                : ofMembers.computeIfAbsent(pool, name -> new OfMembers(
                        Timer.builder("headgate.first.byte").tag("pool", name)
                                .description("From a request sent to the head of the member's answer")
                                .serviceLevelObjectives(FINE).register(registry),
                        Counter.builder("headgate.retries").tag("pool", name)
                                .description("Attempts after the first one of a request")
                                .register(registry)));
    }

    private TimerTable ofPool(String pool, Lane lane) {
        return new TimerTable(CLASSES, series -> Timer.builder("headgate.requests").tag("pool", pool)
                .tag("lane", lane.name().toLowerCase(Locale.ROOT)).tag("status", series + "xx")
                .description("Requests on the L7 port").serviceLevelObjectives(FINE).register(registry));
    }

    private TimerTable ofRouteNamed(String route) {
        return new TimerTable(CLASSES, series -> Timer.builder("headgate.route.requests").tag("route", route)
                .tag("status", series + "xx").description("Requests on the L7 port, by route")
                .serviceLevelObjectives(COARSE).register(registry));
    }

    /**
     * Removes the meters of routes that are no longer configured: reloads would add to them for ever. A
     * request that is still under way makes its route's meter once more, until the next call.
     */
    public void keepRoutes(Set<String> configured) {
        byRoute.keySet().stream().filter(route -> !route.equals(NONE) && !configured.contains(route))
                .map(byRoute::remove).filter(Objects::nonNull)
                .forEach(gone -> gone.forEach((timer, status) -> registry.remove(timer)));
    }

    /** Removes the meters of all other pools. */
    public void keepPools(Set<String> names) {
        byLaneAndPool.values().forEach(byPool -> byPool.keySet().stream()
                .filter(pool -> !pool.equals(NONE) && !names.contains(pool)).map(byPool::remove)
                .filter(Objects::nonNull)
                .forEach(gone -> gone.forEach((timer, status) -> registry.remove(timer))));
        ofMembers.keySet().stream().filter(pool -> !pool.equals(NONE) && !names.contains(pool))
                .map(ofMembers::remove).filter(Objects::nonNull).forEach(gone -> {
                    registry.remove(gone.firstByte);
                    registry.remove(gone.retries);
                });
    }

    /** What has come to a pool's members. */
    public RequestTotals ofPool(String pool) {
        RequestTotals totals = new RequestTotals();
        byLaneAndPool.values().forEach(byPool -> add(totals, byPool.get(pool)));
        return totals;
    }

    /** What a route has taken. */
    public RequestTotals ofRoute(String route) {
        RequestTotals totals = new RequestTotals();
        add(totals, byRoute.get(route));
        return totals;
    }

    /** All, whether a member had them or not. */
    public RequestTotals all() {
        RequestTotals totals = new RequestTotals();
        byLaneAndPool.values().forEach(byPool -> byPool.values().forEach(timers -> add(totals, timers)));
        return totals;
    }

    private static void add(RequestTotals totals, @Nullable TimerTable timers) {
        if (timers != null) {
            timers.forEach(totals::add);
        }
    }
}
