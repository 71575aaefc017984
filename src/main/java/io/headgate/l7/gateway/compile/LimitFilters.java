package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.RateLimitGatewayFilterFactory;
import io.headgate.l7.limit.RateLimit;
import io.headgate.l7.limit.Verdict;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

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
