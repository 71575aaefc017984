package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.ConcurrencyLimitGatewayFilterFactory;
import io.headgate.l7.gateway.FaultGatewayFilterFactory;
import io.headgate.l7.gateway.RateLimitGatewayFilterFactory;
import io.headgate.l7.gateway.keyed.KeyedLimit;
import io.headgate.l7.limit.ConcurrencyLimit;
import io.headgate.l7.limit.RateLimit;
import io.headgate.l7.limit.Verdict;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.Drill;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.factory.RequestRateLimiterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.support.HttpStatusHolder;
import org.springframework.http.HttpStatus;

/** Filters that limit how many requests there are. */
final class LimitFilters {

    private static final String RETRY_AFTER = "Retry-After";

    private LimitFilters() {
    }

    static Edits rate(RateLimitGatewayFilterFactory factory, RateLimitGatewayFilterFactory.Config config) {
        RateLimit limit = factory.limit(config);
        int cost = config.getCost();
        if (config.isShadow()) {
            return Edits.before(draft -> {
                Verdict _ = limit.ask(draft, cost, true);
            });
        }
        Object self = new Object();
        return Edits.around(draft -> {
            Verdict verdict = limit.ask(draft, cost, false);
            if (verdict.allowed()) {
                draft.note(self, verdict);
            } else {
                draft.refuse(Reason.TOO_MANY_REQUESTS, refused(verdict));
            }
        }, draft -> tell((Verdict) draft.request().noted(self), draft.headers()));
    }

    static Edits concurrency(ConcurrencyLimitGatewayFilterFactory factory,
            ConcurrencyLimitGatewayFilterFactory.Config config) {
        return Edits.before(new Concurrency(factory.limit(config), config.isShadow()));
    }

    /** Whether one of these takes a place in the limit already: a request has one there, as on both lanes. */
    static boolean isTaken(RequestEdit next, List<RequestEdit> before) {
        return next instanceof Concurrency same && before.stream()
                .anyMatch(edit -> edit instanceof Concurrency other && other.limit == same.limit);
    }

    private record Concurrency(ConcurrencyLimit limit, boolean shadow) implements RequestEdit {

        @Override
        public void apply(RequestDraft draft) {
            ConcurrencyLimit.Place place = limit.begin(draft, shadow);
            if (place == null) {
                draft.refuse(Reason.TOO_MANY_AT_ONCE);
            } else {
                draft.whenOver(place::end);
            }
        }
    }

    /** A fault on purpose; none while they are off. */
    static Edits fault(FaultGatewayFilterFactory factory, FaultGatewayFilterFactory.Config config) {
        Drill drill = factory.drill(config);
        RandomSource random = factory.random();
        return Edits.before(draft -> {
            if (drill != null) {
                drill.apply(draft, random);
            }
        });
    }

    /** Spring Cloud Gateway's own, with the application's beans. */
    static Edits keyed(RequestRateLimiterGatewayFilterFactory factory,
            RequestRateLimiterGatewayFilterFactory.Config config) throws NotCompilable {
        KeyResolver keys = config.getKeyResolver() != null
                ? config.getKeyResolver()
                : factory.getDefaultKeyResolver();
        RateLimiter<?> limiter = config.getRateLimiter() != null
                ? config.getRateLimiter()
                : factory.getDefaultRateLimiter();
        if (config.getThrowOnLimit() != null ? config.getThrowOnLimit() : factory.isThrowOnLimit()) {
            throw new NotCompilable("filter RequestRateLimiter with throwOnLimit", "switch it off");
        }
        boolean denies = config.getDenyEmptyKey() != null
                ? config.getDenyEmptyKey()
                : factory.isDenyEmptyKey();
        HttpStatusHolder keyless = HttpStatusHolder.parse(
                config.getEmptyKeyStatus() != null
                        ? config.getEmptyKeyStatus()
                        : factory.getEmptyKeyStatusCode());
        HttpStatus tooMany = Objects.requireNonNullElse(config.getStatusCode(), HttpStatus.TOO_MANY_REQUESTS);
        String route = String.valueOf(config.getRouteId());
        return Edits.answering(more -> new KeyedLimit(keys, limiter, route, new Answer(tooMany.value(), more),
                denies ? new Answer(status(keyless), more) : null));
    }

    private static int status(HttpStatusHolder holder) {
        HttpStatus known = holder.getHttpStatus();
        return known != null ? known.value() : Objects.requireNonNull(holder.getStatus());
    }

    private static List<String> refused(Verdict verdict) {
        List<String> headers = new ArrayList<>(verdict.headers());
        headers.add(RETRY_AFTER);
        headers.add(verdict.retryAfter());
        return headers;
    }

    private static void tell(Verdict verdict, HttpHeaders answer) {
        List<String> headers = verdict.headers();
        for (int i = 0; i < headers.size(); i += 2) {
            answer.set(headers.get(i), headers.get(i + 1));
        }
    }
}
