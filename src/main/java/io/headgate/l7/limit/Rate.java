package io.headgate.l7.limit;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many requests in each span of time.
 *
 * @param requests at least 1
 * @param per more than zero
 */
public record Rate(long requests, Duration per) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}) ?/ ?(s|m|h|d)");
    /**
     * Reads {@code 100/s}, {@code 600/m}, {@code 5000/h} or {@code 20000/d}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Rate parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("rate: " + text
                    + " (expected: a number of requests and a unit, such as 100/s, 600/m, 5000/h or 20000/d)");
        }
        return new Rate(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
    }

    /** Nanoseconds from one request to the next. */
    long interval() {
        return Math.max(1, per.toNanos() / requests);
    }
}
