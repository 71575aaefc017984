package io.headgate.l7;

/**
 * A set of ASCII characters, one bit for each, tested without a look-up in Unicode's tables.
 *
 * @param low bits for the characters 0 to 63
 * @param high bits for the characters 64 to 127
 */
public record AsciiSet(long low, long high) {

    private static final AsciiSet NONE = new AsciiSet(0, 0);

    /** Letters, digits and these. */
    public static AsciiSet lettersDigitsAnd(String marks) {
        AsciiSet set = NONE;
        for (char c = 0; c < 128; c++) {
            if (Character.isLetterOrDigit(c) || marks.indexOf(c) >= 0) {
                set = c < 64
                        ? new AsciiSet(set.low | (1L << c), set.high)
                        : new AsciiSet(set.low, set.high | (1L << c));
            }
        }
        return set;
    }

    /** False for characters that are not ASCII. */
    public boolean contains(char c) {
        return c < 128 && (((c < 64 ? low : high) >>> c) & 1) != 0; // a shift takes the last six bits of c
    }
}
