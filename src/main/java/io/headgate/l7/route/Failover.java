package io.headgate.l7.route;

import io.headgate.pool.Reason;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which requests go to another pool, once, when the route's own has not served them. Immutable.
 *
 * @param pool the other one's name
 * @param statuses of members' answers that are not passed on, and of failures
 * @param methods of requests that may go there though a member may have acted on them
 */
public record Failover(String pool, BitSet statuses, Set<String> methods) {

    /** What may become of a request on its way to a member, without an answer. */
    private static final Set<Reason> FAILURES = EnumSet.of(Reason.CONNECT_FAILED, Reason.CONNECT_TIMEOUT,
            Reason.TLS_FAILED, Reason.UPSTREAM_RESET, Reason.BAD_RESPONSE, Reason.RESPONSE_TIMEOUT,
            Reason.SEND_TIMEOUT, Reason.NO_MEMBER, Reason.MEMBERS_FULL, Reason.QUEUE_FULL,
            Reason.QUEUE_TIMEOUT, Reason.DRAIN_TIMEOUT, Reason.MEMBER_DOWN, Reason.MAINTENANCE);

    /** Of these, what leaves no doubt that no member has got anything. */
    private static final Set<Reason> UNSENT = EnumSet.of(Reason.CONNECT_FAILED, Reason.CONNECT_TIMEOUT,
            Reason.TLS_FAILED, Reason.NO_MEMBER, Reason.MEMBERS_FULL, Reason.QUEUE_FULL,
            Reason.QUEUE_TIMEOUT);

    public Failover {
        statuses = (BitSet) statuses.clone();
        methods = Set.copyOf(methods);
    }

    /** Whether such an answer to a request with this method is not passed on. */
    public boolean takes(int status, String method) {
        return statuses.get(status) && methods.contains(method);
    }

    /** Whether a request with this method that has failed for this reason goes to the other pool. */
    public boolean takes(Reason failed, String method) {
        return FAILURES.contains(failed) && statuses.get(failed.status())
                && (UNSENT.contains(failed) || methods.contains(method));
    }
}
