package io.headgate.l4;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is over.
 *
 * @param id as in {@link Connection#id()}
 * @param listener the name of the listener that accepted it
 * @param client who connected
 * @param pool the pool for it, null if none was chosen
 * @param member the member that served it, null if none was reached
 * @param attempts how many members were tried
 * @param bytesIn bytes that came from the client
 * @param bytesOut bytes that came from the member
 * @param bytesSpliced how many of both the kernel moved without copying
 * @param nanos from accept to the end
 * @param reason why Headgate closed it, null if a peer ended it
 * @param outcome what it says about the member: {@code OK} if both sides ended in order, {@code RESET} if the
 *            member broke off, {@code UNKNOWN} if the client did
 */
public record ClosedConnection(long id, String listener, InetSocketAddress client, @Nullable String pool,
        @Nullable Member member, int attempts, long bytesIn, long bytesOut, long bytesSpliced,
        long nanos,
        @Nullable Reason reason, Outcome outcome) {}
