package io.headgate.config.fault;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Collects every fault, so that all are reported at once. */
public final class Faults {

    private static final Duration LONGEST = Duration.ofDays(24);

    private final List<Fault> found = new ArrayList<>();
    private final List<Fault> warnings = new ArrayList<>();
    private final Function<String, @Nullable String> origins;

    /**
     * Starts without any.
     *
     * @param origins where a property is written
     */
    public Faults(Function<String, @Nullable String> origins) {
        this.origins = origins;
    }

    public void add(String property, @Nullable Object value, String expected, String action) {
        Fault fault = fault(property, value, expected, action);
        if (!found.contains(fault)) {
            found.add(fault);
        }
    }

    /** Something that is probably not meant, and with which the gateway can run. */
    public void warn(String property, @Nullable Object value, String expected, String action) {
        warnings.add(fault(property, value, expected, action));
    }

    private Fault fault(String property, @Nullable Object value, String expected, String action) {
        return new Fault(property, value == null ? "" : written(value), expected, action,
                origins.apply(property));
    }

    /** A duration as it is written in a file. */
    private static String written(Object value) {
        return value instanceof Duration time
                ? DurationStyle.SIMPLE.print(time, time.toMillis() % 1000 == 0
                        ? ChronoUnit.SECONDS
                        : ChronoUnit.MILLIS)
                : value.toString();
    }

    /** A number that must lie within bounds. */
    public void range(String property, long value, long from, long to) {
        if (value < from || value > to) {
            add(property, value,
                    to == Long.MAX_VALUE ? from + " or more" : "a number from " + from + " to " + to,
                    "Set a number within these bounds.");
        }
    }

    /** A duration that may be zero. */
    public void duration(String property, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.compareTo(LONGEST) > 0)) {
            add(property, value, "a duration from 0 to 24 days",
                    "Set a duration such as 30s; 0 switches it off.");
        }
    }

    /** A duration that must not be zero. */
    public void positive(String property, Duration value) {
        if (value.isZero()) {
            add(property, value, "a duration above 0", "Set a duration such as 3s.");
        } else {
            duration(property, value);
        }
    }

    /**
     * Reads a value with a parser that throws an {@link IllegalArgumentException} whose message says what was
     * expected.
     */
    public <T> @Nullable T parse(String property, String value, Function<String, T> reader, String action) {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int expected = message.indexOf("(expected: ");
            add(property, value,
                    expected < 0
                            ? message
                            : message.substring(expected + "(expected: ".length(), message.length() - 1),
                    action);
            return null;
        }
    }

    void addAll(List<Fault> others) {
        found.addAll(others);
    }

    public List<Fault> found() {
        return List.copyOf(found);
    }

    public List<Fault> warnings() {
        return List.copyOf(warnings);
    }
}
