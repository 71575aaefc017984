package io.headgate.l7.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query's parameters, decoded, by name in order of appearance. Of {@code a} the value is null, of
 * {@code a=} it is empty; a plus sign is a space.
 */
public record QueryParameters(Map<String, List<@Nullable String>> byName) {

    private static final Pattern PARAMETER = Pattern.compile("([^&=]+)(=?)([^&]+)?");

    /**
     * Reads a raw query.
     *
     * @throws IllegalArgumentException on a percent sign without two digits
     */
    public static QueryParameters parse(@Nullable String query) {
        Map<String, List<@Nullable String>> byName = new LinkedHashMap<>();
        if (query != null) {
            Matcher matcher = PARAMETER.matcher(query);
            while (matcher.find()) {
                String value = matcher.group(3);
                String decoded = value != null ? decode(value) : matcher.group(2).isEmpty() ? null : "";
                byName.computeIfAbsent(decode(matcher.group(1)), name -> new ArrayList<>()).add(decoded);
            }
        }
        return new QueryParameters(byName);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
