package io.headgate.l7.route;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * A header is there, with a value that matches as a whole. A line is a comma-separated list of values.
 *
 * @param regexp null when any value will do
 */
public record HeaderCondition(AsciiString name, @Nullable Pattern regexp) implements Condition {

    @Override
    public boolean matches(RequestView request) {
        String first = request.headers().get(name);
        if (first == null) {
            return false;
        }
        if (isOneValue(first) && regexp != null && regexp.matcher(first).matches()) {
            return true;
        }
        List<String> lines = request.headers().getAll(name);
        if (lines.size() == 1 && isOneValue(first)) {
            return regexp == null;
        }
        return anyOf(lines);
    }

    /** Values that Spring's splitting returns unchanged. */
    private static boolean isOneValue(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ',' || c == '"' || c <= ' ') {
                return false;
            }
        }
        return !line.isEmpty();
    }

    /** Uses Spring's own splitting, because its treatment of quotes and white space is special. */
    private boolean anyOf(List<String> lines) {
        HttpHeaders spring = new HttpHeaders();
        spring.addAll("values", lines);
        List<String> values = spring.getValuesAsList("values");
        return regexp == null ? !values.isEmpty() : values.stream().anyMatch(regexp.asMatchPredicate());
    }

    @Override
    public String asks() {
        return "header " + name + (regexp == null ? "" : " that matches " + regexp);
    }

    @Override
    public @Nullable String sees(RequestView request) {
        List<String> lines = request.headers().getAll(name);
        return lines.isEmpty() ? null : String.join(", ", lines);
    }
}
