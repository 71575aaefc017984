package io.headgate.admin.dashboard;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them: three digits and a unit. */
final class Amounts {

    private Amounts() {
    }

    static String of(double number) {
        if (number == 0) {
            return "0";
        }
        if (number < 10) {
            return number < 0.05 ? "<0.1" : trimmed(number);
        }
        return number < 1000
                ? Long.toString(Math.round(number))
                : number < 1e6 ? trimmed(number / 1e3) + "k" : trimmed(number / 1e6) + "M";
    }

    private static String trimmed(double number) {
        String text = String.format(Locale.ROOT, number < 100 ? "%.1f" : "%.0f", number);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** A time; a dash if there is none. */
    static String time(double seconds) {
        if (seconds <= 0) {
            return "–";
        }
        if (seconds < 1e-3) {
            return String.format(Locale.ROOT, "%.2f ms", seconds * 1e3);
        }
        return seconds < 1
                ? String.format(Locale.ROOT, seconds < 0.01 ? "%.1f ms" : "%.0f ms", seconds * 1e3)
                : String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }

    static String time(Duration time) {
        return time(time.toNanos() / 1e9);
    }
}
