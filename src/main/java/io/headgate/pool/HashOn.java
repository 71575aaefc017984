package io.headgate.pool;

import java.util.List;
import java.util.Locale;

/**
 * What a hashing pool balances requests on.
 *
 * @param part which part of a request
 * @param name of the header, cookie or query parameter; empty for the other parts
 */
public record HashOn(Part part, String name) {

    /** The client's address. */
    public static final HashOn SOURCE = new HashOn(Part.SOURCE, "");

    /** A part of a request. */
    public enum Part {
        SOURCE,
        PATH,
        HEADER,
        COOKIE,
        QUERY
    }

    private static final List<Part> NAMED = List.of(Part.HEADER, Part.COOKIE, Part.QUERY);

    /**
     * Reads {@code source}, {@code path}, {@code header:NAME}, {@code cookie:NAME} or {@code query:NAME}.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static HashOn parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1);
        for (Part part : Part.values()) {
            if (part.name().toLowerCase(Locale.ROOT).equals(kind) && NAMED.contains(part) != name.isBlank()) {
                return new HashOn(part, name);
            }
        }
        throw new IllegalArgumentException(
                text + " (expected: source, path, header:NAME, cookie:NAME or query:NAME)");
    }
}
