package io.headgate.l7;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks what the management port must not show of a route's definition: user and password in a URI, and the
 * value next to the name of a credential.
 */
public final class Secrets {

    public static final String MASK = "******";

    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/?#@\\s]*@");

    private static final Pattern CREDENTIAL = Pattern
            .compile(
                    "(?i)(?<![\\w.-])(?<!routeId = ')[\\w.-]*(?:authori[sz]ation|cookie|key|token|secret|passw|credential|signature)[\\w.-]*");

    /** How a filter that is shown as text ends. */
    private static final Pattern END = Pattern.compile("]?, order = -?\\d+]$");

    private Secrets() {
    }

    /** The text without user and password in its URIs. */
    public static String withoutUserInfo(String text) {
        return text.contains("@") ? USER_INFO.matcher(text).replaceAll(MASK + "@") : text;
    }

    /** Whether this is the name of a header, a parameter or a setting that holds a credential. */
    public static boolean isCredential(String name) {
        return CREDENTIAL.matcher(name).matches();
    }

    /**
     * A filter's or predicate's description of itself, up to the name of a credential: the end of the value
     * cannot be found in it.
     */
    public static String masked(String text) {
        String shown = withoutUserInfo(text);
        Matcher name = CREDENTIAL.matcher(shown);
        if (!name.find()) {
            return shown;
        }
        Matcher end = END.matcher(shown);
        String tail = end.find() && end.start() >= name.end() ? end.group() : "";
        String rest = shown.substring(name.end(), shown.length() - tail.length());
        boolean says = rest.chars().anyMatch(Character::isLetterOrDigit);
        return says ? shown.substring(0, name.end()) + " " + MASK + tail : shown;
    }
}
