package io.headgate.admin.explain;

import io.headgate.admin.explain.Explanation.Asked;
import io.headgate.admin.explain.Explanation.Choice;
import io.headgate.admin.explain.Explanation.Limit;
import io.headgate.config.source.Origins;
import io.headgate.l7.BalanceKey;
import io.headgate.l7.Secrets;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestView;
import io.headgate.l7.route.RouteTable;
import io.headgate.l7.route.RouteTrial;
import io.headgate.l7.route.RouteTrial.Verdict;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.env.Environment;

/**
 * Says what the gateway would do with a request, by the routes and pools that it serves with. Nothing is
 * sent, and no member is held.
 */
final class Explainer {

    private final Supplier<RouteTable> table;
    private final Function<String, Optional<Route>> definitions;
    private final Pools pools;
    private final Supplier<Environment> environment;
    private final Supplier<String> port;
    private final RandomSource random;

    /**
     * Asks these.
     *
     * @param table the compiled routes
     * @param definitions Spring Cloud Gateway's own, by id
     * @param environment of the configuration in force
     * @param port where the L7 port listens
     */
    Explainer(Supplier<RouteTable> table, Function<String, Optional<Route>> definitions, Pools pools,
            Supplier<Environment> environment, Supplier<String> port, RandomSource random) {
        this.table = table;
        this.definitions = definitions;
        this.pools = pools;
        this.environment = environment;
        this.port = port;
        this.random = random;
    }

    Explanation explain(Question question) {
        RequestView view = question.view(random);
        List<RouteTrial> trials = RouteTrial.of(table.get(), view);
        RouteTrial taker = trials.stream().filter(trial -> trial.verdict() != Verdict.NO).findFirst()
                .orElse(null);
        List<Asked> asked = trials.stream().map(Explainer::asked).toList();
        if (taker == null) {
            return new Explanation(question.toString(), view.host(), client(question), port.get(), asked,
                    "no route takes it: 404, reason no-route", null, null, null, List.of(), null, null,
                    List.of(), null, List.of());
        }
        Optional<Route> defined = definitions.apply(taker.route().id());
        List<String> filters = defined
                .map(route -> route.getFilters().stream().map(f -> Secrets.masked(f.toString())).toList())
                .orElse(List.of());
        FastRoute fast = taker.route() instanceof Compiled.Fast compiled ? compiled.route() : null;
        RequestDraft draft = fast == null ? null : edited(view, fast);
        Pool pool = defined.map(Route::getUri).flatMap(this::pool).orElse(null);
        return new Explanation(question.toString(), view.host(), client(question), port.get(), asked,
                answer(taker, pool, defined), taker.route().id(), fast == null ? "slow" : "fast",
                taker.route() instanceof Compiled.Slow slow ? slow.reason() : null, filters,
                draft == null ? null : view.method() + " " + draft.target(),
                pool == null ? null : pool.name(),
                pool == null
                        ? List.of()
                        : pool.candidates().stream().map(each -> new Choice(
                                each.member().id(), each.member().address().toString(), each.eligible(),
                                each.why(),
                                each.weight(), each.member().inFlight())).toList(),
                pool == null ? null : picked(pool, fast, draft), pool == null
                        ? List.of()
                        : timeouts(pool, defined.map(Route::getMetadata).orElse(Map.of())));
    }

    private static String client(Question question) {
        return question.client().getAddress().getHostAddress();
    }

    private static Asked asked(RouteTrial trial) {
        return new Asked(trial.route().id(), trial.verdict().name().toLowerCase(Locale.ROOT),
                trial.condition() == null ? null : Secrets.masked(trial.condition()), trial.value());
    }

    private static String answer(RouteTrial taker, @Nullable Pool pool, Optional<Route> route) {
        String where = pool != null
                ? "a member of pool " + pool.name()
                        + (pool.available() ? "" : ", which has none that can take it")
                : "its target "
                        + route.map(each -> Secrets.withoutUserInfo(each.getUri().toString())).orElse("");
        return taker.verdict() == Verdict.YES
                ? "route " + taker.route().id() + " takes it, for " + where
                : "Spring Cloud Gateway decides: route " + taker.route().id() + ", for " + where
                        + ", or a later one";
    }

    /**
     * After the edits of the route that only look at the request; null if others come among them, such as
     * limits, which must not count what nobody sends.
     */
    private static @Nullable RequestDraft edited(RequestView view, FastRoute route) {
        boolean pure = route.requestEdits().stream().allMatch(edit -> edit.getClass().getPackageName()
                .equals("io.headgate.l7.gateway.compile"));
        if (!pure) {
            return null;
        }
        RequestDraft draft = new RequestDraft(view, route);
        draft.edit();
        return draft.answer() == null && draft.refusal() == null && draft.pending() == null ? draft : null;
    }

    private Optional<Pool> pool(URI target) {
        return "lb".equals(target.getScheme()) && target.getHost() != null
                ? pools.find(target.getHost())
                : Optional.empty();
    }

    private static String picked(Pool pool, @Nullable FastRoute route, @Nullable RequestDraft draft) {
        String algorithm = pool.spec().balancing().algorithm().name();
        boolean hashes = pool.spec().balancing().key() != null;
        if (!pool.available()) {
            return "none";
        }
        if (hashes && (route == null || draft == null)) {
            return "by " + algorithm + ", on what the route's filters leave of the request";
        }
        long key = draft == null ? 0 : BalanceKey.of(pool.spec(), draft);
        return pool.preview(key).map(Member::id).map(id -> id + ", by " + algorithm)
                .orElse("an eligible member, by " + algorithm)
                + (pool.sticky() == null
                        ? ""
                        : "; the member that the session's cookie names, if it has one");
    }

    private List<Limit> timeouts(Pool pool, Map<String, Object> metadata) {
        Origins origins = new Origins(environment.get());
        Timeouts own = pool.spec().timeouts();
        return List.of(limit(origins, pool, metadata, "connect", own.connect()),
                limit(origins, pool, Map.of(), "send", own.send()),
                limit(origins, pool, metadata, "response", own.response()),
                limit(origins, pool, Map.of(), "idle", own.idle()),
                place(origins, "queue", pool.spec().queue().timeout(),
                        "headgate.pools." + pool.name() + ".queue.timeout"));
    }

    /** A route's metadata wins over the pool. */
    private static Limit limit(Origins origins, Pool pool, Map<String, Object> metadata, String name,
            Duration value) {
        Object own = metadata.get(name + "-timeout");
        return own != null
                ? new Limit(name, own.toString() + " ms", "metadata." + name + "-timeout", "the route")
                : place(origins, name, value, "headgate.pools." + pool.name() + ".timeouts." + name);
    }

    private static Limit place(Origins origins, String name, Duration value, String property) {
        String place = origins.of(property);
        return new Limit(name, value.isZero() ? "none" : value.toString(), property,
                place == null ? "default" : place);
    }
}
