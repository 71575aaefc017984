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
 * Spring's own http.server.requests for requests that never reach Spring: those on the fast lane. They are
 * tagged as WebFlux tags those that Spring Cloud Gateway routes, so that dashboards see all of them.
 */
public final class HttpServerRequests implements RequestListener {

    private final MeterRegistry registry;
    private final String name;
    private final Map<String, TimerTable> byMethod = new ConcurrentHashMap<>();

    /** Records under this name, which Spring allows to be changed. */
    public HttpServerRequests(MeterRegistry registry, String name) {
        this.registry = registry;
        this.name = name;
    }

    @Override
    public void served(ServedRequest request) {
        if (request.lane() == Lane.FAST) {
            String method = KnownValues.method(request.method()); // or clients could fill the memory
            TimerTable timers = byMethod.get(method);
            if (timers == null) {
                timers = byMethod.computeIfAbsent(method, this::timers);
            }
            timers.at(request.status()).record(request.nanos(), TimeUnit.NANOSECONDS);
        }
    }

    private TimerTable timers(String method) {
        return new TimerTable(1000, status -> Timer.builder(name).tag("method", method)
                .tag("status", status == 499 ? "UNKNOWN" : String.valueOf(status))
                .tag("outcome", outcome(status)).tag("uri", "UNKNOWN").tag("exception", "none")
                .tag("error", "none").register(registry));
    }

    private static String outcome(int status) {
        return status == 499 ? "UNKNOWN" : series(status);
    }

    /** The name that Spring gives statuses of one kind. */
    static String series(int status) {
        return switch (status / 100) {
            case 1 -> "INFORMATIONAL";
            case 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> "UNKNOWN";
        };
    }
}
