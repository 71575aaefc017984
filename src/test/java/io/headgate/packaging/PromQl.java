package io.headgate.packaging;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of Prometheus's query language as tells which series an expression reads: names with their
 * matchers, and the labels that it groups by.
 *
 * @param by labels
 */
record PromQl(List<Selector> selectors, Set<String> by) {

    private static final Pattern SELECTOR = Pattern
            .compile("\\b(?<name>[a-zA-Z_:][\\w:]*)\\s*\\{(?<matchers>[^}]*)}");
    private static final Pattern MATCHER = Pattern
            .compile("(?<label>\\w+)\\s*(?<operator>=~|!~|!=|=)\\s*\"(?<value>[^\"]*)\"");
    private static final Pattern BY = Pattern.compile("\\bby\\s*\\((?<labels>[^)]*)\\)");

    /** @param matchers regular expressions by label */
    record Selector(String name, Map<String, String> matchers) {

        boolean reads(Series series) {
            return series.name().equals(name) && matchers.entrySet().stream().allMatch(
                    m -> series.labels().getOrDefault(m.getKey(), "").matches(m.getValue()));
        }
    }

    /** One line of what Prometheus scrapes. */
    record Series(String name, Map<String, String> labels) {

        static List<Series> scraped(String text) {
            List<Series> all = new ArrayList<>();
            for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
                Map<String, String> labels = new HashMap<>();
                Matcher found = MATCHER.matcher(line);
                while (found.find()) {
                    labels.put(found.group("label"), found.group("value"));
                }
                all.add(new Series(line.replaceFirst("[{ ].*", ""), labels));
            }
            return all;
        }
    }

    /** What the scrape adds to every series is left out. */
    static PromQl parse(String expression) {
        List<Selector> selectors = new ArrayList<>();
        Matcher found = SELECTOR.matcher(expression);
        while (found.find()) {
            Map<String, String> matchers = matchers(found.group("matchers"));
            matchers.keySet().removeAll(Set.of("job", "instance"));
            selectors.add(new Selector(found.group("name"), matchers));
        }
        Set<String> by = new HashSet<>();
        Matcher groups = BY.matcher(expression);
        while (groups.find()) {
            by.addAll(Set.of(groups.group("labels").split(",\\s*", -1)));
        }
        by.remove("instance");
        return new PromQl(selectors, by);
    }

    private static Map<String, String> matchers(String text) {
        Map<String, String> matchers = new HashMap<>();
        Matcher found = MATCHER.matcher(text);
        while (found.find()) {
            if (found.group("operator").startsWith("!")) {
                throw new IllegalArgumentException(text + " (expected: = or =~)");
            }
            boolean pattern = found.group("operator").equals("=~");
            matchers.put(found.group("label"), pattern || found.group("value").isEmpty()
                    ? found.group("value")
                    : Pattern.quote(found.group("value")));
        }
        return matchers;
    }
}
