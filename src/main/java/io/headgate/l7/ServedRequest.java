package io.headgate.l7;

import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A request that is over: answered, failed or given up by its client.
 *
 * @param client the client's address, null when its connection was gone before it could be read
 * @param method as received, {@code -} when it could not be read
 * @param target the request target as received, {@code -} when it could not be read
 * @param status what was answered; 499 when the client left before an answer
 * @param reason why Headgate answered itself, null if a member answered
 * @param lane which path served it
 * @param route the route's id, null when none matched
 * @param member the last member that was asked, null if none was
 * @param attempts how many members were tried
 * @param bytesIn body bytes from the client
 * @param bytesOut body bytes to the client
 * @param nanos from the first byte of the request to the last of the answer
 * @param detail more than the reason says, safe in a log; null for nothing
 * @param listener the listener that accepted its connection; null for the port of {@code server.port}
 * @param user who sent it, if its route asks for that; else null
 * @param id the value of {@code X-Request-Id}, null if requests have none
 * @param attempted who was asked, and how long each took; null if nobody was
 * @param cache what the route's cache did, null for a route without one
 * @param grpcStatus how a call of gRPC ended, -1 for none
 */
public record ServedRequest(@Nullable String client, String method, String target, int status,
        @Nullable Reason reason, Lane lane, @Nullable String route, @Nullable Member member, int attempts,
        long bytesIn, long bytesOut, long nanos, @Nullable String detail, @Nullable String listener,
        @Nullable String user, @Nullable String id, @Nullable Attempts attempted, @Nullable CacheUse cache,
        int grpcStatus) {

    /** A request that no lane has had. */
    public ServedRequest(@Nullable String client, String method, String target, int status,
            @Nullable Reason reason, Lane lane, @Nullable String route, @Nullable Member member, int attempts,
            long bytesIn, long bytesOut, long nanos, @Nullable String detail, @Nullable String listener) {
        this(client, method, target, status, reason, lane, route, member, attempts, bytesIn, bytesOut, nanos,
                detail, listener, null, null, null, null, -1);
    }

    /** A request without a cache. */
    public ServedRequest(@Nullable String client, String method, String target, int status,
            @Nullable Reason reason, Lane lane, @Nullable String route, @Nullable Member member, int attempts,
            long bytesIn, long bytesOut, long nanos, @Nullable String detail, @Nullable String listener,
            @Nullable String user, @Nullable String id, @Nullable Attempts attempted) {
        this(client, method, target, status, reason, lane, route, member, attempts, bytesIn, bytesOut, nanos,
                detail, listener, user, id, attempted, null, -1);
    }

    /** A request without a detail, of the port of {@code server.port}. */
    public ServedRequest(@Nullable String client, String method, String target, int status,
            @Nullable Reason reason, Lane lane, @Nullable String route, @Nullable Member member, int attempts,
            long bytesIn, long bytesOut, long nanos) {
        this(client, method, target, status, reason, lane, route, member, attempts, bytesIn, bytesOut, nanos,
                null, null);
    }

    /** How long it waited in the pool's queue, in nanoseconds; -1 if it did not. */
    public long queueNanos() {
        return attempted == null ? -1 : attempted.queuedNanos();
    }

    /** How long it took to connect to the last member; -1 if a connection was there. */
    public long connectNanos() {
        Attempt last = attempted == null ? null : attempted.current();
        return last == null ? -1 : last.connectNanos();
    }

    /** From the request sent to the head of the last member's answer; -1 if it did not answer. */
    public long answerNanos() {
        Attempt last = attempted == null ? null : attempted.current();
        return last == null ? -1 : last.answerNanos();
    }

    /** The same of a route with a cache. */
    public ServedRequest with(@Nullable CacheUse use) {
        return use == null
                ? this
                : new ServedRequest(client, method, target, status, reason, lane, route, member, attempts,
                        bytesIn, bytesOut, nanos, detail, listener, user, id, attempted, use, grpcStatus);
    }
}
