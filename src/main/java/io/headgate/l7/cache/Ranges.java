package io.headgate.l7.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an answer that a client asks for (RFC 9110, 14).
 *
 * @param parts in the order in which they were asked for; empty if the answer has none of them
 */
record Ranges(List<Part> parts) {

    /** More are not served as parts: they would cost more than the whole. */
    private static final int MOST = 16;
    private static final String UNIT = "bytes=";

    /**
     * One part.
     *
     * @param from the first byte
     * @param to the last byte
     */
    record Part(long from, long to) {

        String contentRange(long length) {
            return "bytes " + from + '-' + to + '/' + length;
        }
    }

    /** Null if the field cannot be read or is not worth it: the whole answer is sent then. */
    static @Nullable Ranges of(@Nullable String field, long length) {
        if (field == null || !field.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return null;
        }
        List<Part> parts = new ArrayList<>(1);
        long bytes = 0;
        List<String> members = ListField.members(field.substring(UNIT.length()));
        if (members.isEmpty() || members.size() > MOST) {
            return null;
        }
        for (String member : members) {
            int dash = member.indexOf('-');
            long first = number(member, 0, dash);
            long last = number(member, dash + 1, member.length());
            if (dash < 0 || first == BAD || last == BAD || (first == NONE && last == NONE)
                    || (first >= 0 && last >= 0 && last < first)) {
                return null;
            }
            long from = first == NONE ? Math.max(0, length - last) : first;
            long to = first == NONE || last == NONE ? length - 1 : Math.min(last, length - 1);
            if (from <= to && from < length && !(first == NONE && last == 0)) {
                parts.add(new Part(from, to));
                bytes += to - from + 1;
            }
        }
        return parts.size() > 1 && bytes > length ? null : new Ranges(parts);
    }

    private static final long NONE = -1;
    private static final long BAD = -2;

    private static long number(String text, int from, int to) {
        if (from >= to) {
            return from == to ? NONE : BAD;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return BAD;
            }
            number = Math.min(Long.MAX_VALUE / 100, number * 10 + c - '0');
        }
        return number;
    }
}
