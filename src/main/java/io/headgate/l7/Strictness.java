package io.headgate.l7;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which rules are not enforced.
 *
 * @param relaxed what breaks them is served without a word
 * @param reportOnly what breaks them is served too, and counted and logged
 */
public record Strictness(Set<ClientRule> relaxed, Set<ClientRule> reportOnly) {

    /** What browsers send. */
    public static final Strictness DEFAULT = new Strictness(EnumSet.of(ClientRule.BROWSER_CHARACTERS),
            Set.of());

    public Strictness {
        relaxed = Set.copyOf(relaxed);
        reportOnly = Set.copyOf(reportOnly);
    }

    /** Whether what breaks this rule is served. */
    public boolean serves(ClientRule rule) {
        return relaxed.contains(rule) || reportOnly.contains(rule);
    }

    /** Whether what breaks this rule is served and told of. */
    public boolean reports(ClientRule rule) {
        return reportOnly.contains(rule) && !relaxed.contains(rule);
    }
}
