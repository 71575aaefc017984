package io.headgate.l7.client;

/**
 * Which request targets are taken: those that have one meaning for every reader. What java.net.URI would
 * refuse is refused here too, so that both lanes agree, and so are dot segments, in whichever spelling: a
 * predicate would read them as names, the member as a way up.
 */
final class TargetRules {

    /** For each ASCII character: may it stand in a path (1), in a query (2), or in both (3). */
    private static final byte[] ALLOWED = new byte[128];

    private static final int PATH = 1;
    private static final int QUERY = 2;

    static {
        for (char c = 0; c < 128; c++) {
            if (Character.isLetterOrDigit(c) || "-_.~!$&'()*+,;=:@/".indexOf(c) >= 0) {
                ALLOWED[c] = PATH | QUERY;
            }
        }
        ALLOWED['?'] = QUERY;
        ALLOWED['['] = QUERY;
        ALLOWED[']'] = QUERY;
    }

    private TargetRules() {
    }

    /** Whether a target in origin form may be served. */
    static boolean permits(String target) {
        int length = target.length();
        if (length == 0 || target.charAt(0) != '/') {
            return false;
        }
        int part = PATH;
        boolean dots = false;
        for (int i = 0; i < length; i++) {
            char c = target.charAt(i);
            if (c == '%') {
                if (!isEscape(target, i)) {
                    return false;
                }
                dots |= part == PATH && isEscapedDot(target, i);
                i += 2;
            } else if (c == '?' && part == PATH) {
                part = QUERY;
            } else if (c >= 128 || (ALLOWED[c] & part) == 0) {
                return false;
            } else {
                dots |= c == '.' && part == PATH;
            }
        }
        return !dots || !hasDotSegment(target);
    }

    /** Two hexadecimal digits follow, and they do not spell NUL. */
    private static boolean isEscape(String target, int at) {
        if (at + 2 >= target.length()) {
            return false;
        }
        int high = Character.digit(target.charAt(at + 1), 16);
        int low = Character.digit(target.charAt(at + 2), 16);
        return high >= 0 && low >= 0 && high + low > 0 && target.charAt(at + 1) < 128
                && target.charAt(at + 2) < 128;
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
            } else if (c == '%' && isEscapedDot(target, i)) {
                dots++;
                i += 2;
            } else {
                other = true;
            }
        }
        return false;
    }
}
