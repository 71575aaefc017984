package io.headgate.l7.route;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.pattern.PathPattern;

/** One of several path patterns matches. */
public final class PathCondition implements Condition, VariableSource {

    private final List<Rule> rules;

    /** The first pattern that matches gives the variables. */
    public PathCondition(List<PathPattern> patterns) {
        rules = patterns.stream().map(p -> new Rule(p, SimplePath.of(p.getPatternString()))).toList();
    }

    private record Rule(PathPattern pattern, @Nullable SimplePath simple) {

        boolean matches(RequestView request) {
            if (simple != null && request.plain()) {
                return simple.matches(request.path());
            }
            return pattern.matches(request.parsed());
        }
    }

    @Override
    public boolean matches(RequestView request) {
        return first(request) != null;
    }

    private @Nullable Rule first(RequestView request) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.matches(request)) {
                return rule;
            }
        }
        return null;
    }

    @Override
    public void extract(RequestView request, Map<String, String> into) {
        Rule rule = first(request);
        PathPattern.PathMatchInfo info = rule == null ? null : rule.pattern.matchAndExtract(request.parsed());
        if (info != null) {
            into.putAll(info.getUriVariables());
        }
    }

    /** For each pattern the literal segments that every path it matches begins with. */
    List<List<String>> prefixes() {
        return rules.stream().map(r -> r.simple == null ? List.<String>of() : r.simple.literalPrefix())
                .toList();
    }

    @Override
    public String toString() {
        return "path " + rules.stream().map(r -> r.pattern.getPatternString()).toList();
    }

    @Override
    public String sees(RequestView request) {
        return request.path();
    }
}
