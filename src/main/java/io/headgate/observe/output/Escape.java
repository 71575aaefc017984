package io.headgate.observe.output;

/**
 * Text from clients, members or operators in a log: no character of it may end the line, end a quoted value,
 * steer a terminal or change the order in which a reader sees the rest. Such characters are written as
 * {@code \x1B} or {@code \u202E}.
 */
final class Escape {

    private Escape() {
    }

    /** As a value between quotes. */
    static String value(String text) {
        return escaped(text, true);
    }

    /** As a message, which may have several lines. */
    static String message(String text) {
        return escaped(text, false);
    }

    /** As a part of a message, which stays on its line. */
    static String argument(String text) {
        return message(text).replace("\n", "\\x0A");
    }

    private static String escaped(String text, boolean value) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain), value)) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))
                    && isPrinted(text.codePointAt(i))) {
                escaped.append(c).append(text.charAt(++i));
            } else if (isPlain(c, value)) {
                escaped.append(c);
            } else {
                escaped.append(c < 0x80 ? "\\x%02X".formatted((int) c) : "\\u%04X".formatted((int) c));
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(char c, boolean value) {
        if (c < 0x7F) {
            return c >= ' ' ? !value || (c != '"' && c != '\\') : !value && (c == '\n' || c == '\t');
        }
        return isPrinted(c);
    }

    private static boolean isPrinted(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
                false;
            default -> true;
        };
    }
}
