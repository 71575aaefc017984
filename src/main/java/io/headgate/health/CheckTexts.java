package io.headgate.health;

import java.util.regex.Pattern;

/** Texts of checks for members and operators: short, and on one line. */
final class CheckTexts {

    /** The user agent of checks. */
    static final String USER_AGENT = "Headgate health check";

    private static final int LONGEST = 200;

    /** Compiled once: each check of HTTP has a line. */
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

    private CheckTexts() {
    }

    static String of(Throwable cause) {
        String message = cause.getMessage();
        return line(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** The text without line ends and other control characters, cut if it is too long to show. */
    static String line(String text) {
        String flat = CONTROLS.matcher(text.strip()).replaceAll(" ");
        return flat.length() <= LONGEST ? flat : flat.substring(0, LONGEST) + "...";
    }
}
