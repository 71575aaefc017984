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
 * @param pool whose members were to serve it, null when none was chosen
 * @param member who served it, null when none was reached
 * @param attempts how many members were tried
 * @param bytesIn bytes that came from the client
 * @param bytesOut bytes that came from the member
 * @param bytesSpliced how many of both went past our memory
 * @param nanos from accept to the end
 * @param reason why we closed it, null when a peer ended it
 * @param outcome what it tells of the member: {@code OK} when both sides ended in order, {@code RESET} when
 *            the member broke off, {@code UNKNOWN} when the client did
 */
public record ClosedConnection(long id, String listener, InetSocketAddress client, @Nullable String pool,
        @Nullable Member member, int attempts, long bytesIn, long bytesOut, long bytesSpliced,
        long nanos,
        @Nullable Reason reason, Outcome outcome) {}
