package io.headgate.l7;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows what in a route's definition is nobody's to read on the management port: user and password in a URI,
 * and what stands beside the name of a credential.
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

    /** Without user and password in the URIs that it names. */
    public static String withoutUserInfo(String text) {
        return text.contains("@") ? USER_INFO.matcher(text).replaceAll(MASK + "@") : text;
    }

    /** Whether this is the name of a header, a parameter or a setting that holds a credential. */
    public static boolean isCredential(String name) {
        return CREDENTIAL.matcher(name).matches();
    }

    /**
     * What a filter or a predicate says of itself, up to the name of a credential; it does not say where the
     * value ends.
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
