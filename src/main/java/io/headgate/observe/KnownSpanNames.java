package io.headgate.observe;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps methods that clients make up out of the names of spans, by which tracing systems group them, and out
 * of the labels that observations pass to their handlers.
 */
public final class KnownSpanNames implements ObservationFilter {

    private static final String HTTP = "http ";

    @Override
    public Observation.Context map(Observation.Context context) {
        known(context, "http.method");
        known(context, "method");
        String name = context.getContextualName();
        if (name != null && name.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
            int end = name.indexOf(' ', HTTP.length());
            String method = name.substring(HTTP.length(), end < 0 ? name.length() : end);
            if (KnownValues.method(method.toUpperCase(Locale.ROOT)).equals("UNKNOWN")) {
                context.setContextualName(
                        name.substring(0, HTTP.length()) + "UNKNOWN" + (end < 0 ? "" : name.substring(end)));
            }
        }
        return context;
    }

    private static void known(Observation.Context context, String label) {
        KeyValue value = isHttp(context.getName()) ? context.getLowCardinalityKeyValue(label) : null;
        String known = value == null ? null : KnownValues.method(value.getValue());
        if (value != null && known != null && !known.equals(value.getValue())) {
            context.addLowCardinalityKeyValue(KeyValue.of(label, known));
        }
    }

    private static boolean isHttp(@Nullable String name) {
        return name != null && name.startsWith("http.");
    }
}
