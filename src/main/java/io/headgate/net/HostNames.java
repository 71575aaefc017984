package io.headgate.net;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Host names as they are compared, in rules and in requests: in small letters (RFC 3986, 3.2.2), without the
 * dot of the root, and with A-labels instead of other letters (RFC 5890), as clients send them.
 */
public final class HostNames {

    private static final Pattern NAME = Pattern
            .compile(
                    "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

    private HostNames() {
    }

    /** A host, perhaps with a port, as it is compared; the same object if it is already in that form. */
    public static String normal(String host) {
        boolean ascii = true;
        boolean small = true;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            ascii &= c < 128;
            small &= c < 'A' || c > 'Z';
        }
        String normal = ascii ? host : toAscii(host);
        normal = ascii && small ? normal : normal.toLowerCase(Locale.ROOT);
        int colon = normal.lastIndexOf(':');
        int end = colon > 0 && normal.indexOf(']', colon) < 0 ? colon : normal.length();
        return end > 1 && normal.charAt(end - 1) == '.'
                ? normal.substring(0, end - 1) + normal.substring(end)
                : normal;
    }

    private static String toAscii(String host) {
        try {
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return host;
        }
    }

    /**
     * A pattern of hosts: its labels without wildcards and variables as they are compared, those with them as
     * they are.
     */
    public static String pattern(String pattern) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        int depth = 0;
        for (int i = 0; i <= pattern.length(); i++) {
            char c = i == pattern.length() ? '.' : pattern.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (i == pattern.length() || (c == '.' && depth == 0)) {
                String label = pattern.substring(from, i);
                boolean last = i == pattern.length();
                if (!(last && label.isEmpty() && from > 0)) {
                    result.append(from > 0 ? "." : "")
                            .append(label.indexOf('{') >= 0 ? withVariables(label) : normal(label));
                }
                from = i + 1;
            }
        }
        return result.toString();
    }

    /** The label with the text around its variables in lower case, and with expressions that ignore case. */
    private static String withVariables(String label) {
        StringBuilder result = new StringBuilder();
        int depth = 0;
        boolean naming = false;
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            boolean named = naming && c == ':';
            naming = (naming || (c == '{' && depth == 0)) && c != ':' && c != '}';
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            result.append(depth == 0 ? Character.toLowerCase(c) : c).append(named ? "(?i)" : "");
        }
        return result.toString();
    }

    /**
     * A host, perhaps with a port, that this pattern may match, as it is compared: every variable and
     * wildcard stands for a digit.
     */
    public static String sample(String pattern) {
        StringBuilder result = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean wild = (c == '*' || c == '?' || c == '{') && depth == 0;
            if (wild || (depth == 0 && c != '}')) {
                result.append(wild ? '1' : c);
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return normal(result.toString());
    }

    /** Whether this, as it is compared, is the name of a host, without a port. */
    public static boolean isName(String normal) {
        return NAME.matcher(normal).matches();
    }
}
