package io.headgate.observe;

import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls of gRPC by method and status. Clients choose the names of methods, and members refuse unknown
 * ones with various statuses. So only methods of which a call has succeeded have meters of their own, and
 * only so many.
 */
public final class GrpcMeters implements RequestListener {

    static final int MAX_METHODS = 200;

    private static final Pattern METHOD = Pattern.compile("/[\\w.-]+/[\\w.-]+");
    private static final int LONGEST = 200;

    private static final String OTHER = "other";
    /** Statuses are 0 to 16; members may invent more. */
    private static final int STATUSES = 18;

    private final MeterRegistry registry;
    private final Map<String, AtomicReferenceArray<@Nullable Counter>> byTarget = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable Counter> others = new AtomicReferenceArray<>(STATUSES);

    public GrpcMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void served(ServedRequest request) {
        int status = Math.min(request.grpcStatus(), STATUSES - 1);
        if (status < 0) {
            return;
        }
        AtomicReferenceArray<@Nullable Counter> known = byTarget.get(request.target());
        if (known == null && status == 0 && byTarget.size() < MAX_METHODS && isMethod(request.target())) {
            known = byTarget.computeIfAbsent(request.target(), made -> new AtomicReferenceArray<>(STATUSES));
        }
        count(known == null ? others : known, known == null ? OTHER : request.target().substring(1), status);
    }

    /** A query, for example, is no part of a method's name, and would use up the names there are. */
    private static boolean isMethod(String target) {
        return target.length() <= LONGEST && METHOD.matcher(target).matches();
    }

    private void count(AtomicReferenceArray<@Nullable Counter> counters, String method, int status) {
        Counter counter = counters.get(status);
        if (counter == null) {
            counter = Counter.builder("headgate.grpc.calls").tag("method", method)
                    .tag("status", status == STATUSES - 1 ? OTHER : String.valueOf(status))
                    .description("Calls of gRPC on the fast lane").register(registry);
            counters.set(status, counter);
        }
        counter.increment();
    }
}
