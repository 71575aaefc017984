package io.headgate.l7.client;

/**
 * Whether a request target is one that both lanes read the same way: the origin form of RFC 9112 (or
 * {@code *} for OPTIONS) in the characters of RFC 3986. What {@link java.net.URI} would refuse later without
 * a reason is refused here with one.
 */
final class RequestTarget {

    /** Printable, but not allowed in a URI without being encoded. */
    private static final String NEVER = "\"<>\\^`{|}#";

    private static final boolean[] PATH = new boolean[128];
    private static final boolean[] QUERY = new boolean[128];

    static {
        for (char c = '!'; c < 127; c++) {
            boolean legal = NEVER.indexOf(c) < 0;
            PATH[c] = legal && c != '[' && c != ']';
            QUERY[c] = legal;
        }
    }

    private RequestTarget() {
    }

    static boolean isValid(String target) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return target.equals("*");
        }
        boolean[] legal = PATH;
        for (int i = 1; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c >= 128 || !legal[c] || (c == '%' && !isHex(target, i + 1))) {
                return false;
            }
            if (c == '?') {
                legal = QUERY;
            }
        }
        return true;
    }

    private static boolean isHex(String target, int at) {
        return at + 1 < target.length() && Character.digit(target.charAt(at), 16) >= 0
                && Character.digit(target.charAt(at + 1), 16) >= 0;
    }
}
