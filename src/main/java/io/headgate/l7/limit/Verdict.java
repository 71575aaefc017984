package io.headgate.l7.limit;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a limit says of a request.
 *
 * @param allowed whether it may go on
 * @param burst how many requests there may be at once
 * @param remaining how many more may come now
 * @param resetNanos until as many may come as at first
 * @param retryNanos until this request would be allowed, 0 if it is
 * @param policy the limit itself, for the client
 */
public record Verdict(boolean allowed, long burst, long remaining, long resetNanos, long retryNanos,
        String policy) {

    /**
     * What the client is told, as draft-ietf-httpapi-ratelimit-headers-06 has it: names and values in turn.
     */
    public List<String> headers() {
        return List.of("RateLimit-Limit", Long.toString(burst), "RateLimit-Remaining",
                Long.toString(remaining), "RateLimit-Reset", seconds(resetNanos), "RateLimit-Policy", policy);
    }

    /** Whole seconds, rounded up, at least one. */
    public String retryAfter() {
        return seconds(Math.max(1, retryNanos));
    }

    private static String seconds(long nanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Long.toString((nanos + second - 1) / second);
    }
}
