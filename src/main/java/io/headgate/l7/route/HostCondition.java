package io.headgate.l7.route;

import io.headgate.net.HostNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.AntPathMatcher;

/**
 * One of several host patterns matches the Host header, its port included if so configured; names are
 * compared in their normal form.
 */
public final class HostCondition implements Condition, VariableSource {

    private static final AntPathMatcher LABELS = new AntPathMatcher(".");

    private final List<Rule> rules;
    private final boolean withPort;

    /** The first pattern that matches gives the variables. */
    public HostCondition(List<String> patterns) {
        this(patterns, true);
    }

    /**
     * The first pattern that matches gives the variables.
     *
     * @param withPort whether the port of the Host header is compared too
     */
    public HostCondition(List<String> patterns, boolean withPort) {
        this.withPort = withPort;
        rules = patterns.stream().map(HostNames::pattern).map(Rule::of).toList();
    }

    /**
     * A pattern.
     *
     * @param literal whether it names one host
     * @param under for {@code **.name} the name, which then matches itself and everything below it
     */
    private record Rule(String pattern, boolean literal, @Nullable String under) {

        static Rule of(String pattern) {
            String rest = pattern.startsWith("**.") ? pattern.substring(3) : "*";
            return new Rule(pattern, !LABELS.isPattern(pattern), LABELS.isPattern(rest) ? null : rest);
        }

        boolean matches(String host) {
            if (literal) {
                return pattern.equals(host);
            }
            if (under != null) {
                int dot = host.length() - under.length() - 1;
                return host.endsWith(under) && (dot < 0 || host.charAt(dot) == '.');
            }
            return LABELS.match(pattern, host);
        }

        /** The labels after the last one with a wildcard or a variable; empty when there is none. */
        String suffix() {
            String suffix = "";
            String[] labels = pattern.split("\\.", -1);
            for (int i = labels.length - 1; i >= 0 && !LABELS.isPattern(labels[i]); i--) {
                suffix = suffix.isEmpty() ? labels[i] : labels[i] + "." + suffix;
            }
            return pattern.indexOf('{') >= 0 && pattern.indexOf(':') >= 0 ? "" : suffix;
        }
    }

    @Override
    public boolean matches(RequestView request) {
        return first(request) != null;
    }

    private @Nullable String compared(RequestView request) {
        return withPort ? request.hostName() : request.hostWithoutPort();
    }

    private @Nullable Rule first(RequestView request) {
        String host = compared(request);
        if (host == null) {
            return null;
        }
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.matches(host)) {
                return rule;
            }
        }
        return null;
    }

    @Override
    public void extract(RequestView request, Map<String, String> into) {
        Rule rule = first(request);
        String host = compared(request);
        if (rule != null && host != null) {
            into.putAll(LABELS.extractUriTemplateVariables(rule.pattern, host));
        }
    }

    /** Whether the port of the Host header is compared too. */
    boolean withPort() {
        return withPort;
    }

    /** The hosts that are named in full. */
    List<String> names() {
        return rules.stream().filter(Rule::literal).map(Rule::pattern).toList();
    }

    /** The endings, in whole labels, of the hosts that are not named in full; empty text for any ending. */
    List<String> suffixes() {
        return rules.stream().filter(r -> !r.literal).map(Rule::suffix).toList();
    }

    @Override
    public String toString() {
        return "host " + rules.stream().map(Rule::pattern).toList();
    }

    @Override
    public @Nullable String sees(RequestView request) {
        return request.host();
    }
}
