package io.headgate.l7.pages;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statuses of errors as they are written: {@code 404}, {@code 500-503} or {@code 5xx}. */
public final class ErrorStatuses {

    private static final Pattern FORM = Pattern.compile("([45])xx|([45]\\d\\d)(?:\\s*-\\s*([45]\\d\\d))?");

    private ErrorStatuses() {
    }

    /**
     * All that are written.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static BitSet parse(List<String> texts) {
        BitSet all = new BitSet();
        for (String text : texts) {
            Matcher form = FORM.matcher(text.strip());
            if (!form.matches()) {
                throw expected(text);
            }
            if (form.group(1) != null) {
                int first = 100 * Integer.parseInt(form.group(1));
                all.set(first, first + 100);
            } else {
                int first = Integer.parseInt(form.group(2));
                int last = form.group(3) == null ? first : Integer.parseInt(form.group(3));
                if (last < first) {
                    throw expected(text);
                }
                all.set(first, last + 1);
            }
        }
        if (all.isEmpty()) {
            throw expected("");
        }
        return all;
    }

    private static IllegalArgumentException expected(String text) {
        return new IllegalArgumentException(
                text + " (expected: statuses from 400 to 599, such as 404, 500-503 or 5xx)");
    }
}
