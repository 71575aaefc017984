package io.headgate.config.source;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that a misspelled one was probably meant to be. */
public final class Nearest {

    private static final int MAX_EDITS = 3;

    private Nearest() {
    }

    public static Optional<String> to(String wrong, Collection<String> known) {
        return within(Math.min(MAX_EDITS, wrong.length() / 2), wrong, known);
    }

    /** The same with at most so many insertions, deletions and replacements of one character. */
    public static Optional<String> within(int edits, String wrong, Collection<String> known) {
        return known.stream().filter(name -> distance(wrong, name) <= edits)
                .min(Comparator.comparingInt(name -> distance(wrong, name)));
    }

    /** Levenshtein's: insertions, deletions and replacements of one character. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
