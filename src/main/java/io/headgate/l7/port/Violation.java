package io.headgate.l7.port;

import io.headgate.l7.ClientRule;
import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not served as it came.
 *
 * @param reason the answer's
 * @param rule the rule that it breaks, null if it goes beyond a limit
 * @param detail what breaks the rule, in words that are safe in JSON and in a log; null if the reason says it
 *            all
 */
record Violation(Reason reason, @Nullable ClientRule rule, @Nullable String detail) {

    static Violation of(Reason reason) {
        return new Violation(reason, null, null);
    }

    static Violation of(ClientRule rule, String detail) {
        return new Violation(Reason.BAD_REQUEST, rule, detail);
    }

    /**
     * A character that is not allowed at its place.
     *
     * @param part of the target
     */
    static Violation of(ClientRule rule, char c, int at, String part) {
        String shown = c > ' ' && c < 127 && c != '"' && c != '\\' ? " ('" + c + "')" : "";
        return of(rule, "the " + part + " has the character 0x%02X%s at position %d of the target".formatted(
                (int) c, shown, at));
    }
}
