package io.headgate.observe;

import io.headgate.l7.Secrets;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps what clients and members choose out of the labels of meters, whichever library makes them: a meter
 * stays in memory for as long as the process lives, and a client that sends a new method with each request
 * would have a new one made each time, until the heap is full.
 *
 * <p>
 * Methods that are not HTTP's own become {@code UNKNOWN}, statuses that nobody has defined become their
 * class. A general limit protects the labels that nobody thought of: after {@value #MAX_VALUES} values of one
 * label of one meter, all others become {@code OTHER}. Labels whose values come from the configuration are
 * not counted.
 */
public final class BoundedLabels implements MeterFilter {

    static final int MAX_VALUES = 1000;

    private static final String OTHER = "OTHER";

    /** Labels that only meters about HTTP have. */
    private static final Set<String> METHODS = Set.of("http.method", "httpMethod", "http.request.method");
    private static final Set<String> STATUSES = Set.of("http.status_code", "httpStatusCode",
            "http.response.status_code");

    private static final Set<String> CONFIGURED = Set.of("routeId", "routeUri",
            "spring.cloud.gateway.route.id",
            "spring.cloud.gateway.route.uri");

    private final Map<String, Map<String, Set<String>>> seen = new ConcurrentHashMap<>();

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!isAboutHttp(id)) {
            return id;
        }
        List<Tag> tags = new ArrayList<>();
        boolean changed = false;
        for (Tag tag : id.getTagsAsIterable()) {
            String value = bounded(id.getName(), tag.getKey(), tag.getValue());
            boolean same = value.equals(tag.getValue());
            tags.add(same ? tag : Tag.of(tag.getKey(), value));
            changed |= !same;
        }
        return changed ? id.replaceTags(tags) : id;
    }

    private static boolean isAboutHttp(Meter.Id id) {
        if (id.getName().startsWith("http.") || id.getName().startsWith("reactor.netty.http.")) {
            return true;
        }
        for (Tag tag : id.getTagsAsIterable()) {
            if (METHODS.contains(tag.getKey()) || STATUSES.contains(tag.getKey())) {
                return true;
            }
        }
        return false;
    }

    private String bounded(String meter, String label, String value) {
        if (METHODS.contains(label) || label.equals("method")) {
            return KnownValues.method(value);
        }
        if (STATUSES.contains(label) || label.equals("status")) {
            return KnownValues.status(value);
        }
        if (CONFIGURED.contains(label)) {
            return Secrets.withoutUserInfo(value);
        }
        Set<String> values = seen.computeIfAbsent(meter, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(label, name -> ConcurrentHashMap.newKeySet());
        return values.contains(value) || (values.size() < MAX_VALUES && values.add(value)) ? value : OTHER;
    }
}
