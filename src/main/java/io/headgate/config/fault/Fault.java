package io.headgate.config.fault;

import org.jspecify.annotations.Nullable;

/**
 * One error in the configuration.
 *
 * @param property its path
 * @param value as written, empty when it is missing
 * @param expected what would be valid
 * @param action what to do
 * @param where file, line and column, null when unknown
 */
public record Fault(String property, String value, String expected, String action, @Nullable String where) {

    @Override
    public String toString() {
        return property + ": " + value + " (expected: " + expected + ")"
                + (where == null ? "" : " [" + where + "]");
    }
}
