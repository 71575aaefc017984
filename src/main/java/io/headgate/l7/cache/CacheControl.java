package io.headgate.l7.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directives of {@code Cache-Control} and of fields with the same form (RFC 9111, 5.2; RFC 9213). Of a
 * directive that is given twice, the stricter counts.
 */
final class CacheControl {

    /** Greater values mean the same: RFC 9111, 1.2.2. */
    static final long FOREVER = Integer.MAX_VALUE + 1L;

    static final long ABSENT = -1;

    static final CacheControl NONE = new CacheControl(Map.of());

    /** Without a value it is empty. */
    private final Map<String, String> directives;

    private CacheControl(Map<String, String> directives) {
        this.directives = directives;
    }

    static CacheControl of(List<String> lines) {
        return of(lines, null);
    }

    /**
     * Reads a field.
     *
     * @param target of the directives that name a target (Surrogate-Control), only this one's are read; null
     *            when none is expected
     */
    static CacheControl of(List<String> lines, @Nullable String target) {
        if (lines.isEmpty()) {
            return NONE;
        }
        Map<String, String> directives = new HashMap<>();
        for (String line : lines) {
            for (String part : ListField.members(line)) {
                String mine = target == null ? part : targeted(part, target);
                if (mine != null) {
                    add(mine, directives);
                }
            }
        }
        return new CacheControl(directives);
    }

    /** Without its target; null if that is another. */
    private static @Nullable String targeted(String part, String target) {
        int mark = part.indexOf(';');
        return mark < 0
                ? part
                : part.substring(mark + 1).strip().equals(target) ? part.substring(0, mark) : null;
    }

    private static void add(String part, Map<String, String> to) {
        int mark = part.indexOf('=');
        String name = (mark < 0 ? part : part.substring(0, mark)).toLowerCase(Locale.ROOT);
        String value = mark < 0 ? "" : ListField.unquoted(part.substring(mark + 1));
        to.merge(name, value, (one, other) -> stricter(name, one, other));
    }

    private static String stricter(String name, String one, String other) {
        return switch (name) {
            case "no-cache", "private" -> one.isEmpty() || other.isEmpty() ? "" : one + ',' + other;
            default -> seconds(one) <= seconds(other) ? one : other;
        };
    }

    boolean isEmpty() {
        return directives.isEmpty();
    }

    boolean has(String name) {
        return directives.containsKey(name);
    }

    /** Whether it is there, and about the whole answer, not about some fields of it. */
    boolean hasWhole(String name) {
        return "".equals(directives.get(name));
    }

    /** The fields that a directive names. */
    List<String> fields(String name) {
        String value = directives.get(name);
        if (value == null || value.isEmpty()) {
            return List.of();
        }
        List<String> fields = new ArrayList<>();
        for (String field : value.split(",", -1)) {
            if (!field.isBlank()) {
                fields.add(field.strip());
            }
        }
        return fields;
    }

    /** Seconds; {@link #ABSENT} without it, and 0 where it cannot be read: then nothing is fresh. */
    long seconds(CharSequence name) {
        String value = directives.get(name.toString());
        return value == null ? ABSENT : seconds(value);
    }

    /** RFC 9111, 1.2.2: digits, and nothing else. */
    private static long seconds(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            number = Math.min(FOREVER, number * 10 + c - '0');
        }
        return number;
    }
}
