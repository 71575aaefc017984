package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.spring.HeadFilter;
import io.headgate.l7.gateway.spring.HeaderFilter;
import io.headgate.l7.gateway.spring.Surroundings;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.Cors;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.OrderUtils;
import org.springframework.web.server.WebFilter;

/**
 * The application's own filters that the fast lane runs: they work on heads only.
 *
 * @param web before everything else, in their order
 * @param corsFirst whether the rules of CORS come before those
 * @param global at their places among a route's filters
 * @param headers over what a member gets, and over what comes from it
 * @param declared what a user says of beans that no route knows
 */
record HeadFilters(List<Web> web, boolean corsFirst, List<GlobalFilter> global,
        List<HttpHeadersFilter> headers, Declared declared, @Nullable Surroundings surroundings) {

    static final HeadFilters NONE = new HeadFilters(List.of(), true, List.of(), List.of(), Declared.NOTHING,
            null);

    /** A filter, and the requests that it is asked about. */
    record Web(WebFilter filter, Condition concerns) {}

    /** For one route. */
    Around around(Route route) {
        return new Around(route);
    }

    private static boolean isAny(Object request) {
        return true;
    }

    /** What they do for one route. */
    final class Around {

        private final Route route;
        private boolean used = !headers.isEmpty();

        private Around(Route route) {
            this.route = route;
        }

        /** Whether the rules of CORS come at their usual place. */
        boolean leavesCors() {
            return corsFirst || web.isEmpty();
        }

        /** What the edits of a route's filters stand between. */
        List<RequestEdit> before(List<RequestEdit> edits, @Nullable Cors cors) {
            List<RequestEdit> all = new ArrayList<>();
            for (Web each : web) {
                all.add(filter((exchange, next) -> each.filter.filter(exchange, next::apply), each.concerns)
                        .before(true));
            }
            if (!leavesCors() && cors != null) {
                all.add(cors::apply);
            }
            all.addAll(edits);
            if (!headers.isEmpty()) {
                all.add(new HeaderFilter(headers, known(), route));
            }
            return all;
        }

        List<ResponseEdit> after(List<ResponseEdit> edits) {
            List<ResponseEdit> all = new ArrayList<>(edits);
            if (!headers.isEmpty()) {
                all.addFirst(new HeaderFilter(headers, known(), route));
            }
            if (used) {
                all.add(HeadFilter.last());
            }
            return all;
        }

        /** How many changes of answers come before those of the route's filters. */
        int inside() {
            return headers.isEmpty() ? 0 : 1;
        }

        /** Those that stand among a route's filters. */
        List<FilterChain.Numbered> global() {
            List<FilterChain.Numbered> all = new ArrayList<>();
            for (GlobalFilter each : global) {
                String name = each.getClass().getSimpleName();
                int order = each instanceof Ordered ordered
                        ? ordered.getOrder()
                        : OrderUtils.getOrder(each.getClass(), Ordered.LOWEST_PRECEDENCE);
                HeadFilter filter = filter((exchange, next) -> each.filter(exchange, next::apply),
                        HeadFilters::isAny);
                all.add(new FilterChain.Numbered(order,
                        order < NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER
                                ? Edits.before(filter.before(true))
                                : Edits.around(filter.before(false), filter.after()),
                        behind(name, "Retry"), behind(name, "CircuitBreaker")));
            }
            return all;
        }

        private NotCompilable behind(String name, String what) {
            return new NotCompilable("the GlobalFilter " + name + " behind " + what,
                    "give it an order of zero or less");
        }

        /** Whether a user says that the filters of this factory work on heads only. */
        boolean declares(Object factory, String name) {
            return declared.heads(name, factory.getClass().getName());
        }

        /** A filter of the route. */
        Edits of(GatewayFilter own) {
            HeadFilter filter = filter((exchange, next) -> own.filter(exchange, next::apply),
                    HeadFilters::isAny);
            return Edits.around(filter.before(false), filter.after());
        }

        private HeadFilter filter(HeadFilter.Work work, Condition concerns) {
            used = true;
            return new HeadFilter(work, concerns, known(), route);
        }

        private Surroundings known() {
            return Objects.requireNonNull(surroundings);
        }
    }
}
