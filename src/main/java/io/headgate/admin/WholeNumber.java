package io.headgate.admin;

import org.jspecify.annotations.Nullable;

/** A whole number in a query. */
final class WholeNumber {

    private WholeNumber() {
    }

    /**
     * The number, or the default if it is missing.
     *
     * @throws IllegalArgumentException if it is not a number, or out of bounds
     */
    static int of(String name, @Nullable String text, int missing, int min, int max) {
        if (text == null) {
            return missing;
        }
        if (!text.matches("\\d{1,10}") || Long.parseLong(text) < min || Long.parseLong(text) > max) {
            throw new IllegalArgumentException(
                    name + ": " + text + " (expected: a whole number from " + min + " to " + max + ")");
        }
        return Integer.parseInt(text);
    }
}
