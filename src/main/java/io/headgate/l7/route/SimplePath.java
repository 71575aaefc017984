package io.headgate.l7.route;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The most common path patterns, matched without parsing the path into objects: segments that are literal,
 * {@code *} or {@code {name}}, and perhaps {@code **} or {@code {*name}} at the end. Answers as Spring's
 * {@code PathPattern} does, for paths whose segments need no decoding.
 */
final class SimplePath {

    /** A segment that matches any text that is not empty. */
    private static final String ANY = "*";

    /** A star at the end of a pattern, which also matches an empty segment. */
    private static final String ANY_OR_NONE = "**";

    private final String[] segments;
    private final boolean open;

    private SimplePath(String[] segments, boolean open) {
        this.segments = segments;
        this.open = open;
    }

    /** Null if the pattern is not of this kind. */
    static @Nullable SimplePath of(String pattern) {
        if (!pattern.startsWith("/")) {
            return null;
        }
        String[] parts = pattern.substring(1).split("/", -1);
        List<String> segments = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            boolean last = i == parts.length - 1;
            if (last && (part.equals("**") || part.matches("\\{\\*\\w+}"))) {
                return new SimplePath(segments.toArray(String[]::new), true);
            }
            if (part.equals("*")) {
                segments.add(last ? ANY_OR_NONE : ANY);
            } else if (part.matches("\\{\\w+}")) {
                segments.add(ANY);
            } else if (isLiteral(part)) {
                segments.add(part);
            } else {
                return null;
            }
        }
        return new SimplePath(segments.toArray(String[]::new), false);
    }

    private static boolean isLiteral(String part) {
        return part.chars().allMatch(
                c -> c < 127 && (Character.isLetterOrDigit(c) || "-_.~!$&'()+,=:@".indexOf(c) >= 0));
    }

    /** The literal segments before the first that is not, or that is empty. */
    List<String> literalPrefix() {
        List<String> prefix = new ArrayList<>();
        for (String segment : segments) {
            if (isWild(segment) || segment.isEmpty()) {
                break;
            }
            prefix.add(segment);
        }
        return prefix;
    }

    boolean matches(String path) {
        int at = 0;
        for (String segment : segments) {
            if (at >= path.length() || path.charAt(at) != '/') {
                return false;
            }
            int end = path.indexOf('/', at + 1);
            if (end < 0) {
                end = path.length();
            }
            if (!matches(segment, path, at + 1, end)) {
                return false;
            }
            at = end;
        }
        return open ? at == path.length() || path.charAt(at) == '/' : at == path.length();
    }

    private static boolean matches(String segment, String path, int from, int to) {
        if (isWild(segment)) {
            return to > from || segment.equals(ANY_OR_NONE);
        }
        return segment.length() == to - from && path.startsWith(segment, from);
    }

    private static boolean isWild(String segment) {
        return segment.equals(ANY) || segment.equals(ANY_OR_NONE);
    }
}
