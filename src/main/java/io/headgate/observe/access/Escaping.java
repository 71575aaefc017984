package io.headgate.observe.access;

import java.nio.charset.StandardCharsets;

/** How a reader of lines expects characters that may not stand in a value as they are. */
enum Escaping {

    /** {@code \"}, {@code \\} and backslash, u and four digits: what JSON and readers of logfmt take back. */
    JSON {
        @Override
        void escape(char c, Line line) {
            line.octet('\\');
            if (c == '"' || c == '\\') {
                line.octet(c);
            } else {
                line.octet('u');
                line.hex(c, 4);
            }
        }
    },

    /** {@code \x22}, as the logs of nginx and Apache have it; beyond ASCII as JSON has it. */
    HEX {
        @Override
        void escape(char c, Line line) {
            line.octet('\\');
            if (c < 0x80) {
                line.octet('x');
                line.hex(c, 2);
            } else {
                line.octet('u');
                line.hex(c, 4);
            }
        }
    };

    private static final byte[] CUT = "...".getBytes(StandardCharsets.US_ASCII);

    abstract void escape(char c, Line line);

    /** What stands for the rest of a value that is too long. */
    byte[] cut() {
        return CUT;
    }

    /** Of ASCII: printed, and neither quote nor backslash. */
    boolean isPlain(char c) {
        return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
    }

    /** Beyond ASCII: neither steers nor hides anything, and is no half of a character. */
    static boolean isPrinted(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
                false;
            default -> true;
        };
    }
}
