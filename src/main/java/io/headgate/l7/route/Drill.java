package io.headgate.l7.route;

import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fault on purpose: delays a share of the requests, answers them with an error, or both.
 *
 * @param share how many of 10,000
 * @param header only requests that have it, null for all
 * @param value of that header, null for any
 * @param delay zero for none
 * @param status of the answer, 0 for none
 */
public record Drill(int share, @Nullable String header, @Nullable String value, Duration delay, int status) {

    private static final int ALL = 10_000;

    /** Whether the next request, whose header has these values, is concerned. */
    public boolean concerns(List<String> values, RandomSource random) {
        boolean named = header == null || (!values.isEmpty() && (value == null || values.contains(value)));
        return named && (share >= ALL || random.below(ALL) < share);
    }

    /** The edit of a request of the fast lane. */
    public void apply(RequestDraft draft, RandomSource random) {
        HttpHeaders headers = draft.headers();
        if (!concerns(header == null ? List.of() : headers.getAll(header), random)) {
            return;
        }
        if (delay.isZero()) {
            fail(draft);
        } else {
            draft.later(delay, this::fail);
        }
    }

    private void fail(RequestDraft draft) {
        if (status != 0) {
            draft.answer(new Answer(status, List.of(), Reason.FAULT_INJECTED));
        }
    }
}
