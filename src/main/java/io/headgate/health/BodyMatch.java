package io.headgate.health;

import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Searches one body for an expression while the body arrives. The text is the member's, and some expressions
 * take exponential time on some texts, so the number of steps is limited: once for all searches of the
 * incomplete body together, and once more for the search of the whole body. A linear search of the longest
 * body takes a few hundred thousand steps. Not thread-safe.
 */
final class BodyMatch {

    /** Some 50 ms of one core. */
    private static final int STEPS = 5_000_000;

    private final Pattern pattern;
    private final BooleanSupplier over;
    private int left = STEPS;

    /**
     * @param over whether the result is no longer needed
     */
    BodyMatch(Pattern pattern, BooleanSupplier over) {
        this.pattern = pattern;
        this.over = over;
    }

    /** The result of a search. */
    enum Result {
        FOUND,
        /** Text that is still to come may change that. */
        NOT_YET,
        TOO_MUCH
    }

    /**
     * @param whole whether nothing more will come
     */
    @SuppressWarnings("JdkObsolete") // requireEnd: whether more text may take the match back, as with "ok$"
    Result look(byte[] body, boolean whole) {
        if (whole) {
            left = STEPS; // if a part takes many steps, such as "a*a*b" on a text without b, the whole need
                          // not
        }
        try {
            Matcher matcher = pattern.matcher(new Metered(new String(body, StandardCharsets.UTF_8)));
            return matcher.find() && (whole || !matcher.requireEnd()) ? Result.FOUND : Result.NOT_YET;
        } catch (TooMuchException | StackOverflowError e) {
            return Result.TOO_MUCH;
        }
    }

    private static final class TooMuchException extends RuntimeException {

        TooMuchException() {
            super("too many steps", null, false, false);
        }
    }

    /** Counts each character that the matcher reads. */
    private final class Metered implements CharSequence {

        private final String text;

        Metered(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (--left < 0 || (left % 1024 == 0 && over.getAsBoolean())) {
                throw new TooMuchException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
