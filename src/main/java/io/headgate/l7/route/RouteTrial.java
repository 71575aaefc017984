package io.headgate.l7.route;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a route takes a request, for people: asks the conditions that {@link RouteTable#find} asks, and
 * says which one decides.
 *
 * @param route what was asked
 * @param verdict whether it takes the request
 * @param condition what the first condition that does not match asks for; null if all match
 * @param value what the request has in that place, null for nothing
 */
public record RouteTrial(Compiled route, Verdict verdict, @Nullable String condition,
        @Nullable String value) {

    /** Whether a route takes a request. */
    public enum Verdict {
        NO,
        /** Only Spring Cloud Gateway can say: not all conditions of a slow route are known here. */
        PERHAPS,
        YES
    }

    /**
     * Every route up to the one that certainly takes the request, in route order. The request has its lane
     * from the first one that is not {@link Verdict#NO}.
     */
    public static List<RouteTrial> of(RouteTable table, RequestView request) {
        List<RouteTrial> trials = new ArrayList<>();
        for (Compiled route : table.routes()) {
            RouteTrial trial = of(route, request);
            trials.add(trial);
            if (trial.verdict == Verdict.YES) {
                break;
            }
        }
        return trials;
    }

    private static RouteTrial of(Compiled route, RequestView request) {
        for (Condition condition : route.conditions()) {
            if (!condition.matches(request)) {
                return new RouteTrial(route, Verdict.NO, condition.asks(), condition.sees(request));
            }
        }
        return new RouteTrial(route, route instanceof Compiled.Fast ? Verdict.YES : Verdict.PERHAPS, null,
                null);
    }
}
