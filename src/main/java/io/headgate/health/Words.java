package io.headgate.health;

/** What checks say, to members and to operators: short, and on one line. */
final class Words {

    /** How our checks call themselves. */
    static final String USER_AGENT = "Headgate health check";

    private static final int LONGEST = 200;

    private Words() {
    }

    static String of(Throwable cause) {
        String message = cause.getMessage();
        return line(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** The text without line ends and other control characters, cut where it is too long to show. */
    static String line(String text) {
        String flat = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return flat.length() <= LONGEST ? flat : flat.substring(0, LONGEST) + "...";
    }
}
