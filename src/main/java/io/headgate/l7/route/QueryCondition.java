package io.headgate.l7.route;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query parameter is there, with a value that matches as a whole.
 *
 * @param regexp null if only the name is required
 */
public record QueryCondition(String name, @Nullable Pattern regexp) implements Condition {

    @Override
    public boolean matches(RequestView request) {
        List<@Nullable String> values = request.parameters().byName().get(name);
        if (values == null) {
            return false;
        }
        if (regexp == null) {
            return true;
        }
        for (String value : values) {
            if (value != null && regexp.matcher(value).matches()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String asks() {
        return "query parameter " + name + (regexp == null ? "" : " that matches " + regexp);
    }

    @Override
    public @Nullable String sees(RequestView request) {
        List<@Nullable String> values = request.parameters().byName().get(name);
        return values == null ? null : values.toString();
    }
}
