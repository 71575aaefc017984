package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.RequestDraft;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/** A filter's value in which {@code {name}} stands for a URI variable. */
record Template(String text, boolean constant) {

    static Template of(@Nullable String text) throws NotCompilable {
        if (text == null) {
            throw new NotCompilable("a filter has no value", "give it one");
        }
        return new Template(text, text.indexOf('{') < 0);
    }

    /**
     * With the values that this request gives.
     *
     * @throws IllegalArgumentException if a variable is unknown
     */
    String expand(RequestDraft request) {
        return constant ? text : expand(request.variables());
    }

    private String expand(Map<String, String> variables) {
        return String.valueOf(UriComponentsBuilder.fromPath(text).build().expand(variables).getPath());
    }
}
