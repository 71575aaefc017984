package io.headgate.observe;

import io.headgate.l7.Lane;
import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Spring's own http.server.requests for what never reaches Spring: requests on the fast lane, tagged as
 * WebFlux tags those that Spring Cloud Gateway routes, so that dashboards see all of them.
 */
public final class HttpServerRequests implements RequestListener {

    private final MeterRegistry registry;
    private final String name;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    /** Records under this name, which Spring allows to be changed. */
    public HttpServerRequests(MeterRegistry registry, String name) {
        this.registry = registry;
        this.name = name;
    }

    private record Key(String method, int status) {}

    @Override
    public void served(ServedRequest request) {
        if (request.lane() == Lane.FAST) {
            Key key = new Key(request.method(), request.status());
            Timer timer = timers.get(key);
            if (timer == null) {
                timer = timers.computeIfAbsent(key, this::timer);
            }
            timer.record(request.nanos(), TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(Key key) {
        return Timer.builder(name).tag("method", key.method())
                .tag("status", key.status() == 499 ? "UNKNOWN" : String.valueOf(key.status()))
                .tag("outcome", outcome(key.status())).tag("uri", "UNKNOWN").tag("exception", "none")
                .tag("error", "none").register(registry);
    }

    private static String outcome(int status) {
        return status == 499 ? "UNKNOWN" : switch (status / 100) {
            case 1 -> "INFORMATIONAL";
            case 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> "UNKNOWN";
        };
    }
}
