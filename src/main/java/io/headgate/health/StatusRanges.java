package io.headgate.health;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sets of HTTP status codes, such as {@code 200-299,301}.
 *
 * @param ranges in any order; they may overlap
 */
public record StatusRanges(List<Range> ranges) {

    /** 200 to 299. */
    public static final StatusRanges SUCCESS = parse("200-299");

    public StatusRanges {
        ranges = List.copyOf(ranges);
    }

    /** From the first to the last, both included. */
    public record Range(int first, int last) {

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /**
     * Reads codes and ranges of codes with commas between them.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static StatusRanges parse(String text) {
        return new StatusRanges(
                Arrays.stream(text.split(",", -1)).map(part -> range(text, part.strip())).toList());
    }

    private static Range range(String text, String part) {
        if (!part.matches("[1-5]\\d\\d(\\s*-\\s*[1-5]\\d\\d)?")) {
            throw invalid(text);
        }
        int first = Integer.parseInt(part.substring(0, 3));
        int last = Integer.parseInt(part.substring(part.length() - 3));
        if (last < first) {
            throw invalid(text);
        }
        return new Range(first, last);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                text + " (expected: status codes from 100 to 599 or ranges of them, such as 200-299,301)");
    }

    public boolean contain(int status) {
        for (Range range : ranges) {
            if (status >= range.first() && status <= range.last()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
    }
}
