package io.headgate.admin.human;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Durations, sizes and times as people read them. */
public final class Amount {

    private static final String[] SIZES = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};

    private Amount() {
    }

    /** Two units at most, such as "3 h 12 min". */
    public static String of(Duration time) {
        if (time.isNegative()) {
            return "-" + of(time.negated());
        }
        long seconds = time.toSeconds();
        if (seconds < 60) {
            double exact = time.toNanos() / 1e9;
            return exact == 0
                    ? "0 s"
                    : exact < 1e-3
                            ? number(exact * 1e6) + " µs"
                            : exact < 1 ? number(exact * 1e3) + " ms" : number(exact) + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        return seconds < 86_400
                ? two(seconds / 3600, "h", seconds % 3600 / 60, "min")
                : two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    /** In the units of the configuration: a KB has 1,024 bytes. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (Math.abs(size) >= 1023.5 && unit < SIZES.length - 1) {
            size /= 1024;
            unit++;
        }
        return number(size) + " " + SIZES[unit];
    }

    /** The time, to the second, and how long ago that is. */
    static String of(Instant time, Instant now) {
        Duration since = Duration.between(time, now);
        String written = time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z",
                " UTC");
        return written + (since.isNegative()
                ? ", in " + of(since.negated())
                : ", " + of(since.compareTo(Duration.ofMinutes(1)) < 0
                        ? since.truncatedTo(ChronoUnit.SECONDS)
                        : since) + " ago");
    }

    private static String two(long first, String unit, long second, String smaller) {
        return first + " " + unit + (second == 0 ? "" : " " + second + " " + smaller);
    }

    /** Three digits. */
    private static String number(double number) {
        String text = String.format(Locale.ROOT, number < 9.995 ? "%.2f" : number < 99.95 ? "%.1f" : "%.0f",
                number);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
