package io.headgate.l7;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The rules that every request is held to before a route is looked for; docs/strictness.md lists them by
 * {@link #code()}. Those that can be relaxed are about characters that some clients send unescaped: when
 * escaped, they have one meaning for every reader. A request that breaks any other rule is never served,
 * because readers could understand it differently.
 */
public enum ClientRule {
    BROWSER_CHARACTERS(true),
    DELIMITERS(true),
    LONE_PERCENT(true),
    BEYOND_ASCII(true),
    TARGET(false),
    DOT_SEGMENTS(false),
    HOST(false),
    VERSION(false),
    FRAMING(false),
    SYNTAX(false);

    private final boolean relaxable;
    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    ClientRule(boolean relaxable) {
        this.relaxable = relaxable;
    }

    /** Whether a request that breaks it can be served. */
    public boolean relaxable() {
        return relaxable;
    }

    /** Its name in the configuration, the metrics and the log. */
    public String code() {
        return code;
    }

    /** Those that can be relaxed. */
    public static List<ClientRule> thatCanBeRelaxed() {
        return Arrays.stream(values()).filter(ClientRule::relaxable).toList();
    }
}
