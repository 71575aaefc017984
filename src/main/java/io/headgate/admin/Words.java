package io.headgate.admin;

import io.headgate.admin.human.Amount;
import io.headgate.pool.Intent;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * An operator's command as it is written: as strings, so that every wrong value gets an answer that says what
 * was expected.
 */
record Words(@Nullable String state, @Nullable String weight, @Nullable String reason, @Nullable String ttl) {

    /**
     * The command that is in force after this one; what this one leaves out stays as it is.
     *
     * @throws IllegalArgumentException if a value is wrong, or there is none
     */
    Operator after(Operator now) {
        if (state == null && weight == null) {
            throw new IllegalArgumentException("command: nothing to do (expected: state, weight or both)");
        }
        return new Operator(state == null ? now.intent() : intent(state),
                weight == null ? now.weight() : weight(weight),
                reason == null && state == null ? now.reason() : reason,
                ttl != null ? ttl(ttl) : state == null ? now.ttl() : null);
    }

    /** For people: "drain, weight 3, for 10 min". */
    static String of(Operator command) {
        return command.intent().name().toLowerCase(Locale.ROOT)
                + (command.weight() == null ? "" : ", weight " + command.weight())
                + (command.ttl() == null ? "" : ", for " + Amount.of(command.ttl()));
    }

    private static Intent intent(String state) {
        return switch (state) {
            case "ready" -> Intent.READY;
            case "drain" -> Intent.DRAIN;
            case "maintenance" -> Intent.MAINTENANCE;
            default -> throw new IllegalArgumentException(
                    "state: " + state + " (expected: ready, drain or maintenance)");
        };
    }

    /** "default" withdraws the operator's weight. */
    private static @Nullable Integer weight(String text) {
        if (text.equals("default")) {
            return null;
        }
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > MemberSpec.MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + text + " (expected: 0 to 256, or default)");
        }
        return Integer.valueOf(text);
    }

    private static Duration ttl(String text) {
        try {
            Duration ttl = DurationStyle.detectAndParse(text);
            if (ttl.isNegative() || ttl.isZero()) {
                throw new IllegalArgumentException("not positive");
            }
            return ttl;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("ttl: " + text + " (expected: a duration above 0 such as 10m)",
                    e);
        }
    }
}
