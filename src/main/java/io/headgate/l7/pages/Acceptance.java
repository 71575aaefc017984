package io.headgate.l7.pages;

import java.util.List;
import java.util.Locale;

/** How much a client wants a form of an answer, by its Accept header (RFC 9110, 12.5.1). */
final class Acceptance {

    private Acceptance() {
    }

    /**
     * Between 0 and 1.
     *
     * @param accept the values of the header; none for a client that takes everything
     * @param type such as {@code text/html}
     */
    static double of(List<String> accept, String type) {
        if (accept.isEmpty()) {
            return 1;
        }
        String any = type.substring(0, type.indexOf('/')) + "/*";
        int best = 0;
        double quality = 0;
        for (String value : accept) {
            for (String range : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = range.split(";", -1);
                String name = parts[0].strip();
                int exact = name.equals(type) ? 3 : name.equals(any) ? 2 : name.equals("*/*") ? 1 : 0;
                if (exact > best) {
                    best = exact;
                    quality = quality(parts);
                }
            }
        }
        return quality;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    double given = Double.parseDouble(parameter.substring(2));
                    return given >= 0 && given <= 1 ? given : 0;
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
