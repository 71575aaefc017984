package io.headgate.l7;

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
 */
public record ServedRequest(@Nullable String client, String method, String target, int status,
        @Nullable Reason reason, Lane lane, @Nullable String route, @Nullable Member member, int attempts,
        long bytesIn, long bytesOut, long nanos, @Nullable String detail,
        @Nullable String listener) {

    /** A request without a detail, of the port of {@code server.port}. */
    public ServedRequest(@Nullable String client, String method, String target, int status,
            @Nullable Reason reason, Lane lane, @Nullable String route, @Nullable Member member, int attempts,
            long bytesIn, long bytesOut, long nanos) {
        this(client, method, target, status, reason, lane, route, member, attempts, bytesIn, bytesOut, nanos,
                null, null);
    }
}
