package io.headgate.l7.port;

import io.headgate.l7.ClientRule;
import io.headgate.l7.Strictness;
import io.headgate.l7.TargetEscapes;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which request targets are served: those that every parser reads alike, whether or not the client has
 * escaped the characters that some clients do not. Dot segments are refused in every spelling: a predicate
 * would read them as names, and the member as a step up.
 */
final class TargetRules {

    /** The rule that each ASCII character breaks in a path, or in a query; null for none. */
    private static final @Nullable ClientRule[] IN_PATH = new ClientRule[128];
    private static final @Nullable ClientRule[] IN_QUERY = new ClientRule[128];

    static {
        for (char c = 0; c < 128; c++) {
            boolean fine = Character.isLetterOrDigit(c) || "-_.~!$&'()*+,;=:@/".indexOf(c) >= 0;
            ClientRule rule = "|{}^`[]".indexOf(c) >= 0
                    ? ClientRule.BROWSER_CHARACTERS
                    : "\"<>".indexOf(c) >= 0 ? ClientRule.DELIMITERS : ClientRule.TARGET;
            IN_PATH[c] = fine ? null : rule;
            IN_QUERY[c] = fine || "?[]".indexOf(c) >= 0
                    ? null
                    : c == '\\' ? ClientRule.BROWSER_CHARACTERS : rule;
        }
    }

    /** For a target that filters have made of one that was let through. */
    private static final TargetRules FINISHED = new TargetRules(
            new Strictness(EnumSet.of(ClientRule.BROWSER_CHARACTERS, ClientRule.DELIMITERS,
                    ClientRule.LONE_PERCENT), Set.of()));

    private final Strictness strictness;

    TargetRules(Strictness strictness) {
        this.strictness = strictness;
    }

    /** Whether a target in origin form, whichever filters made it, may go to a member. */
    static boolean permits(String target) {
        return FINISHED.violation(target) == null;
    }

    /**
     * What is wrong with a target in origin form, null if nothing is. A violation that is only reported is
     * returned only if nothing else is wrong.
     */
    @Nullable
    Violation violation(String target) {
        int length = target.length();
        if (length == 0 || target.charAt(0) != '/') {
            return Violation.of(ClientRule.TARGET, "the target does not begin with a slash");
        }
        Violation reported = null;
        @Nullable
        ClientRule[] rules = IN_PATH;
        boolean query = false;
        boolean dots = false;
        for (int i = 0; i < length; i++) {
            char c = target.charAt(i);
            boolean inPath = !query;
            ClientRule broken;
            if (c == '%') {
                boolean escape = TargetEscapes.isEscape(target, i);
                if (escape && target.charAt(i + 1) == '0' && target.charAt(i + 2) == '0') {
                    return Violation.of(ClientRule.TARGET, "the target has %00 at position " + i);
                }
                dots |= escape && inPath && isEscapedDot(target, i);
                broken = escape ? null : inPath ? ClientRule.LONE_PERCENT : ClientRule.BROWSER_CHARACTERS;
                i += escape ? 2 : 0;
            } else if (c == '?' && inPath) {
                rules = IN_QUERY;
                query = true;
                continue;
            } else if (c >= 128) {
                broken = ClientRule.BEYOND_ASCII;
            } else {
                broken = rules[c];
                dots |= c == '.' && inPath;
            }
            if (broken != null && !strictness.relaxed().contains(broken)) {
                Violation violation = Violation.of(broken, c, i, inPath ? "path" : "query");
                if (!strictness.reports(broken)) {
                    return violation;
                }
                reported = reported == null ? violation : reported;
            }
        }
        return dots && hasDotSegment(target)
                ? Violation.of(ClientRule.DOT_SEGMENTS, "the path has a segment . or ..")
                : reported;
    }

    /** Whether servers read it in more ways than one until it is escaped. */
    static boolean hasSeveralMeanings(String target) {
        boolean inPath = true;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c >= 128 || (c == '%' && inPath && !TargetEscapes.isEscape(target, i))) {
                return true;
            }
            inPath &= c != '?';
        }
        return false;
    }

    private static boolean isEscapedDot(String target, int at) {
        return target.charAt(at + 1) == '2' && (target.charAt(at + 2) | 0x20) == 'e';
    }

    /** Whether a segment is "." or "..", escaped or not, with or without parameters. */
    private static boolean hasDotSegment(String target) {
        int end = target.indexOf('?');
        end = end < 0 ? target.length() : end;
        int dots = 0;
        boolean other = false;
        for (int i = 1; i <= end; i++) {
            char c = i == end ? '/' : target.charAt(i);
            if (c == '/' || c == ';') {
                if (!other && (dots == 1 || dots == 2)) {
                    return true;
                }
                other = c == ';';
                dots = 0;
            } else if (c == '.') {
                dots++;
            } else if (c == '%' && TargetEscapes.isEscape(target, i) && isEscapedDot(target, i)) {
                dots++;
                i += 2;
            } else {
                other = true;
            }
        }
        return false;
    }
}
