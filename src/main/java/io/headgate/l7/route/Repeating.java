package io.headgate.l7.route;

import io.headgate.l7.Grpc;
import io.headgate.pool.Reason;
import java.time.Duration;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which requests of a route are repeated, and when. Immutable.
 *
 * @param retries how often a request is repeated at most
 * @param methods the methods of requests that may be repeated
 * @param statuses the statuses of answers that are not passed on while the request can be repeated: those of
 *            HTTP, and those of gRPC, which are smaller
 * @param reasons why a request without an answer is repeated
 * @param backoff how long to wait before each repeat
 * @param timeout how long after the request came nothing is repeated any more, waiting included; null for no
 *            limit
 * @param within how many of the route's changes to answers are made before it is decided: those of the
 *            filters behind the one that repeats, which come first. If they fail, the request has failed.
 */
public record Repeating(int retries, Set<String> methods, BitSet statuses, Set<Reason> reasons,
        Backoff backoff, @Nullable Duration timeout, int within) {

    /** The longest time that a member may ask for before a request comes to it again. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(5);
    private static final int MOST_DIGITS = 18;

    public Repeating {
        methods = Set.copyOf(methods);
        statuses = (BitSet) statuses.clone();
        reasons = Set.copyOf(reasons);
    }

    public Repeating within(int edits) {
        return new Repeating(retries, methods, statuses, reasons, backoff, timeout, edits);
    }

    /** Whether requests with this method may be repeated at all. */
    public boolean repeats(String method) {
        return methods.contains(method);
    }

    /**
     * Whether an answer with this status is not passed on.
     *
     * @param call the {@code grpc-status} in its head, which a call has that ends before its first message
     */
    public boolean repeats(int status, @Nullable String call) {
        return statuses.get(status) || (call != null && statuses.get(Math.max(0, Grpc.number(call))));
    }

    /** Whether a request that failed for this reason is repeated. */
    public boolean repeats(Reason reason) {
        return reasons.contains(reason);
    }

    /** Whether there is time for another repeat, so long after the request came. */
    boolean permits(long sinceNanos, long waitNanos) {
        return timeout == null || timeout.compareTo(Duration.ofNanos(sinceNanos).plusNanos(waitNanos)) >= 0;
    }

    /**
     * How long to wait where no other member is left, so that one has to be asked again.
     *
     * @param retryAfter the Retry-After header of its answer, in seconds; a date counts as none
     * @return nanoseconds, 0 for at once; negative if the member is not to be asked again in time
     */
    public static long retryAfter(@Nullable String retryAfter) {
        if (retryAfter == null || !isNumber(retryAfter)) {
            return 0;
        }
        long seconds = retryAfter.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(retryAfter);
        return seconds > LONGEST_RETRY_AFTER.toSeconds() ? -1 : TimeUnit.SECONDS.toNanos(seconds);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
