package io.headgate.l7.route;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request that a circuit breaker was asked about, and told of once at most. Keeps the request as it was
 * then: that is what a fallback gets. Belongs to one thread.
 */
public final class BreakerCall {

    private static final CharSequence[] NONE = {};

    private final Breaking policy;
    private final boolean permitted;
    private final long start;
    private final CharSequence[] headers;
    private final @Nullable String fallback;
    private boolean told;

    BreakerCall(Breaking policy, RequestDraft draft) {
        this.policy = policy;
        Function<RequestDraft, String> path = policy.fallback();
        this.headers = path == null ? NONE : inTurn(draft.headers());
        this.fallback = path == null ? null : target(path.apply(draft), draft.query());
        // last: nobody would give it back for a request that has no such path
        this.permitted = policy.breaker().tryAcquirePermission();
        this.told = !permitted;
        this.start = permitted ? policy.breaker().getCurrentTimestamp() : 0;
    }

    private static String target(String path, @Nullable String query) {
        return query == null ? path : path + '?' + query;
    }

    private static CharSequence[] inTurn(HttpHeaders headers) {
        CharSequence[] all = new CharSequence[2 * headers.size()];
        Iterator<Map.Entry<CharSequence, CharSequence>> each = headers.iteratorCharSequence();
        for (int i = 0; i < all.length; i += 2) {
            Map.Entry<CharSequence, CharSequence> header = each.next();
            all[i] = header.getKey();
            all[i + 1] = header.getValue();
        }
        return all;
    }

    public Breaking policy() {
        return policy;
    }

    /** The target of the fallback, with the query of the request; null if there is none. */
    public @Nullable String fallback() {
        return fallback;
    }

    /** Writes the headers that the request had. */
    public void restore(HttpHeaders to) {
        for (int i = 0; i < headers.length; i += 2) {
            to.add(headers[i], headers[i + 1]);
        }
    }

    /** Whether an answer with this status is a failure, and the breaker still to be told. */
    public boolean fails(int status) {
        return !told && policy.statuses().get(status);
    }

    /** An answer has come. */
    public void succeeded() {
        if (!told) {
            told = true;
            policy.breaker().onSuccess(elapsed(), policy.breaker().getTimestampUnit());
        }
    }

    /** The answer that has come is a failure. */
    public Throwable failed(int status) {
        return failed(policy.failures().ofStatus(status));
    }

    /** No answer has come, or the breaker has not let the request pass. */
    public Throwable failed(Reason reason) {
        return permitted
                ? failed(policy.failures().of(reason))
                : CallNotPermittedException.createCallNotPermittedException(policy.breaker());
    }

    /** No answer has come within the breaker's own limit. */
    public Throwable tookTooLong() {
        return failed(new TimeoutException("no answer within " + policy.limit()));
    }

    private Throwable failed(Throwable why) {
        if (!told) {
            told = true;
            policy.breaker().onError(elapsed(), policy.breaker().getTimestampUnit(), why);
        }
        return why;
    }

    /** Whether the breaker has not let the request pass. */
    public boolean isRefused() {
        return !permitted;
    }

    /** The request is over. If it neither succeeded nor failed, it does not count. */
    public void end() {
        if (!told) {
            told = true;
            policy.breaker().releasePermission();
        }
    }

    private long elapsed() {
        CircuitBreaker breaker = policy.breaker();
        return breaker.getCurrentTimestamp() - start;
    }
}
