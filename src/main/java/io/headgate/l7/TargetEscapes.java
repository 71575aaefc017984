package io.headgate.l7;

import java.util.HexFormat;

/**
 * Adds the percent escapes that a client has left out of a request target. Routes see every target in this
 * form, and java.net.URI, and so the slow lane, needs it.
 */
public final class TargetEscapes {

    private static final AsciiSet PATH = AsciiSet.lettersDigitsAnd("-_.~!$&'()*+,;=:@/");
    private static final AsciiSet QUERY = AsciiSet.lettersDigitsAnd("-_.~!$&'()*+,;=:@/?[]");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private TargetEscapes() {
    }

    /** The target with every escape; the same object if none is missing, which is nearly always the case. */
    public static String escaped(String target) {
        int at = missing(target, 0, target.length());
        return at == target.length() ? target : escapedFrom(at, target);
    }

    /** The position of the next missing escape, or the end if none is missing. */
    private static int missing(String target, int from, int query) {
        AsciiSet allowed = from > query ? QUERY : PATH;
        for (int i = from; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '?') {
                allowed = QUERY;
            } else if (c == '%' ? !isEscape(target, i) : !allowed.contains(c)) {
                return i;
            }
        }
        return target.length();
    }

    private static String escapedFrom(int first, String target) {
        StringBuilder whole = new StringBuilder(target.length() + 16);
        int mark = target.indexOf('?');
        int query = mark < 0 ? target.length() : mark;
        int done = 0;
        for (int at = first; at < target.length(); at = missing(target, done, query)) {
            whole.append(target, done, at).append('%');
            HEX.toHexDigits(whole, (byte) target.charAt(at));
            done = at + 1;
        }
        return whole.append(target, done, target.length()).toString();
    }

    /** Whether two hexadecimal digits follow. */
    public static boolean isEscape(String target, int percent) {
        return percent + 2 < target.length() && HexFormat.isHexDigit(target.charAt(percent + 1))
                && HexFormat.isHexDigit(target.charAt(percent + 2));
    }
}
