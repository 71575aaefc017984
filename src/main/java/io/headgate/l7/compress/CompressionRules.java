package io.headgate.l7.compress;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are compressed, and how.
 *
 * @param codings those that may be used, the preferred one first
 * @param types media types of answers that are compressed, in lower case; {@code text/*} and
 *            {@code application/*+xml} stand for many
 * @param minSize bytes; shorter answers are not compressed
 * @param level how hard it tries
 * @param excludedUserAgents clients that get nothing compressed: whole values of User-Agent
 */
public record CompressionRules(List<ContentCoding> codings, List<String> types, long minSize, int level,
        List<String> excludedUserAgents) {

    public static final List<String> TYPES = List.of("text/html", "text/xml", "text/plain", "text/css",
            "text/javascript", "application/javascript", "application/json", "application/xml");

    public static final long MIN_SIZE = 2048;

    public static final int LEVEL = 6;

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException with the name of the one that is out of bounds
     */
    public CompressionRules {
        codings = List.copyOf(codings);
        types = types.stream().map(type -> type.strip().toLowerCase(Locale.ROOT)).toList();
        excludedUserAgents = List.copyOf(excludedUserAgents);
        if (codings.isEmpty()) {
            throw new IllegalArgumentException("encodings: none (expected: one at least)");
        }
        if (level < ContentCoding.LEAST_LEVEL || level > ContentCoding.MOST_LEVEL) {
            throw new IllegalArgumentException("level: " + level + " (expected: 1 to 9)");
        }
        for (String type : types) {
            if (!type.matches("(\\*|[^/\\s;]+)/(\\*|\\*\\+[^/\\s;*]+|[^/\\s;*]+)")) {
                throw new IllegalArgumentException("types: " + type + " (expected: a media type, such as "
                        + "text/html, text/* or application/*+xml)");
            }
        }
    }

    /** Whether answers of this Content-Type are compressed. No types are all types. */
    boolean has(@Nullable String contentType) {
        if (contentType == null || types.isEmpty()) {
            return contentType != null;
        }
        int mark = contentType.indexOf(';');
        String type = (mark < 0 ? contentType : contentType.substring(0, mark)).strip()
                .toLowerCase(Locale.ROOT);
        for (String each : types) {
            if (each.equals(type) || (each.indexOf('*') >= 0 && matches(each, type))) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String type) {
        int mark = pattern.indexOf('/');
        int slash = type.indexOf('/');
        String sub = pattern.substring(mark + 1);
        boolean main = pattern.startsWith("*/") || type.startsWith(pattern.substring(0, mark + 1));
        return slash > 0 && main
                && (sub.equals("*") || (sub.startsWith("*+") && type.endsWith(sub.substring(1))));
    }

    boolean excludes(@Nullable String userAgent) {
        return userAgent != null && excludedUserAgents.stream().anyMatch(userAgent::equalsIgnoreCase);
    }
}
