package io.headgate.l7.fast;

import io.headgate.l7.TargetEscapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What docs/deviations.md lets the lanes do differently with requests that the differential test makes. Each
 * has its row there, by whose beginning it is known here.
 */
enum Registered {
    /** The client of the slow lane does not see them. */
    INFORMATIONAL("`103 Early Hints` and other informational answers", true, false),
    /** In the slow lane the client may be told so though the member was not asked. */
    EXPECT("`Expect: 100-continue`", true, false),
    SLASHES("`//` in a path", true),
    MORE_THAN_ONCE("a query with a parameter more than once", true),
    NAMELESS("a query parameter without a name", true),
    LONE_MARK("a `?` with nothing after it", true),
    ESCAPED_TWICE("`%` in a target whose query has `[`, `]` or a second `=` in a parameter", true),
    UNESCAPED("characters that a client sends unescaped", true),
    /** Then filters of parameters see other names. */
    ESCAPED_BEFORE("`%` in a target whose query has `[`, `]` or a second `=` in a parameter", false),
    LINE_END("a filter that would put a line end into a request header", false),
    SIZE_UNKNOWN("`RequestSize` of a body without a `Content-Length`", false),
    ESCAPING("`AddRequestParameter` with characters that must be escaped", false),
    /** Routes with it are not made. */
    ANSWER_CLOSED("`SetResponseHeader` and others that change the headers of an answer", false),
    /** Neither are these: all patterns have the same variable. */
    VARIABLES("URI variables of a route that did not match", false);

    private static final String ESCAPING_CONSTANT = "AddRequestParameter=added, a ";

    private static final Pattern UNESCAPED_CHARACTERS = Pattern.compile(
            "[|{}^`\\\\]|^[^?]*[\\[\\]]|%(?![0-9A-Fa-f]{2})");
    private static final Pattern PARAMETER = Pattern.compile("([^&=]+)(=?)([^&]+)?");

    final String row;
    /** Whether both have one normal form; what has none is not compared. */
    final boolean normalised;
    final boolean ofTarget;

    Registered(String row, boolean normalised) {
        this(row, normalised, true);
    }

    Registered(String row, boolean normalised, boolean ofTarget) {
        this.ofTarget = ofTarget;
        this.row = row;
        this.normalised = normalised;
    }

    /** Whether it is about this request to one of these routes. */
    boolean concerns(String request, List<RouteSet.Route> routes) {
        String target = request.split(" ", 3)[1];
        int mark = target.indexOf('?');
        String query = mark < 0 ? "" : target.substring(mark + 1);
        return switch (this) {
            case INFORMATIONAL ->
                MemberAnswers.interims(request).stream().anyMatch(each -> !each.equals(" 100"));
            case EXPECT -> MemberAnswers.expects(request);
            case SLASHES -> target.contains("//") || target.contains("%2F");
            case MORE_THAN_ONCE ->
                query.matches("&.*|.*&&.*|.*&") || Pattern.compile("&").splitAsStream(query)
                        .map(each -> each.split("=", 2)[0]).distinct().count() < query.split("&", -1).length;
            case NAMELESS -> query.matches("=.*|.*&=.*");
            case UNESCAPED -> UNESCAPED_CHARACTERS.matcher(target).find();
            case LONE_MARK -> mark == target.length() - 1;
            case ESCAPED_TWICE -> (target.contains("%") || UNESCAPED.concerns(request, routes)
                    || escapes(routes))
                    && query.matches(".*[\\[\\]].*|.*=[^&]*=.*");
            case ESCAPED_BEFORE -> ESCAPED_TWICE.concerns(request, routes)
                    && routes.stream().anyMatch(route -> route.has("RequestParameter"));
            case LINE_END -> target.contains("%0D%0A")
                    && routes.stream().anyMatch(route -> route.has("s-{seg}")
                            && (route.has("Size") || route.has("RedirectTo")
                                    || route.has("SetRequestHostHeader")));
            case SIZE_UNKNOWN -> request.contains("Transfer-Encoding")
                    && routes.stream().anyMatch(route -> route.has("RequestSize"));
            case ESCAPING ->
                routes.stream().anyMatch(route -> route.has(ESCAPING_CONSTANT)) && (target.contains("%")
                        || UNESCAPED.concerns(request, routes)
                        || routes.stream().anyMatch(route -> route.has("RequestParameter=a")));
            case ANSWER_CLOSED, VARIABLES -> false;
        };
    }

    private static boolean escapes(List<RouteSet.Route> routes) {
        return routes.stream()
                .anyMatch(route -> route.has(ESCAPING_CONSTANT) || route.has("v-{seg}"));
    }

    /** A target as the slow lane would have it. */
    static String normal(String raw) {
        String target = TargetEscapes.escaped(raw);
        int mark = target.indexOf('?');
        String path = (mark < 0 ? target : target.substring(0, mark)).replaceAll("//+", "/");
        Map<String, String> byName = new LinkedHashMap<>();
        Matcher parameter = PARAMETER.matcher(mark < 0 ? "" : target.substring(mark + 1));
        while (parameter.find()) {
            byName.merge(parameter.group(1), parameter.group(), (one, other) -> one + "&" + other);
        }
        String whole = path + "?" + String.join("&", byName.values());
        return whole.replaceAll("%(25)+", "%");
    }
}
