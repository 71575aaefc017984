package io.headgate.l7;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which rules are not enforced.
 *
 * @param relaxed requests that break them are served silently
 * @param reportOnly requests that break them are served, counted and logged
 */
public record Strictness(Set<ClientRule> relaxed, Set<ClientRule> reportOnly) {

    /** Allows what browsers send. */
    public static final Strictness DEFAULT = new Strictness(EnumSet.of(ClientRule.BROWSER_CHARACTERS),
            Set.of());

    public Strictness {
        relaxed = Set.copyOf(relaxed);
        reportOnly = Set.copyOf(reportOnly);
    }

    /** Whether a request that breaks this rule is served. */
    public boolean serves(ClientRule rule) {
        return relaxed.contains(rule) || reportOnly.contains(rule);
    }

    /** Whether a request that breaks this rule is served and reported. */
    public boolean reports(ClientRule rule) {
        return reportOnly.contains(rule) && !relaxed.contains(rule);
    }
}
