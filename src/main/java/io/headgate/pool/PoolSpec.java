package io.headgate.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool is, as configured.
 *
 * @param name lower-case letters, digits and hyphens
 * @param members the configured members, ids unique
 * @param algorithm how a member is picked
 * @param hashOn what a hashing algorithm balances on
 * @param timeouts how long to wait for a member
 * @param slowStart how long a new or recovered member takes to get its full weight, zero for at once
 * @param drainTimeout how long what is open on a draining or leaving member may go on
 * @param queue who may wait while every member is at its max-connections
 * @param closeOnDown whether what is open on a member ends when its active checks find it down
 * @param checked whether a member must pass an active check before it gets work
 * @param tls how connections to the members are secured, null for clear text
 * @param sticky how sessions stay with members, null where they do not
 * @param zones which zone is preferred, null where none is
 * @param panicThreshold under which share of members that can take work health is not looked at, in percent;
 *            0 for never
 * @param protocol what the members speak at layer 7
 */
public record PoolSpec(String name, List<MemberSpec> members, Algorithm algorithm, HashOn hashOn,
        Timeouts timeouts, Duration slowStart, Duration drainTimeout, QueueSpec queue, boolean closeOnDown,
        boolean checked, @Nullable MemberTls tls, @Nullable Sticky sticky, @Nullable ZonePreference zones,
        int panicThreshold, MemberProtocol protocol) {

    public PoolSpec {
        members = List.copyOf(members);
    }

    /** A pool whose members speak HTTP/1.1. */
    public PoolSpec(String name, List<MemberSpec> members, Algorithm algorithm, HashOn hashOn,
            Timeouts timeouts, Duration slowStart, Duration drainTimeout, QueueSpec queue,
            boolean closeOnDown, boolean checked, @Nullable MemberTls tls, @Nullable Sticky sticky,
            @Nullable ZonePreference zones, int panicThreshold) {
        this(name, members, algorithm, hashOn, timeouts, slowStart, drainTimeout, queue, closeOnDown, checked,
                tls, sticky, zones, panicThreshold, MemberProtocol.HTTP1);
    }

    /** A pool in clear text without a queue that balances on the client's address, if its algorithm asks. */
    public PoolSpec(String name, List<MemberSpec> members, Algorithm algorithm, Timeouts timeouts,
            Duration slowStart, Duration drainTimeout, boolean checked) {
        this(name, members, algorithm, HashOn.SOURCE, timeouts, slowStart, drainTimeout, QueueSpec.OFF, false,
                checked, null);
    }

    /** A pool without sticky sessions, zones and panic. */
    public PoolSpec(String name, List<MemberSpec> members, Algorithm algorithm, HashOn hashOn,
            Timeouts timeouts, Duration slowStart, Duration drainTimeout, QueueSpec queue,
            boolean closeOnDown, boolean checked, @Nullable MemberTls tls) {
        this(name, members, algorithm, hashOn, timeouts, slowStart, drainTimeout, queue, closeOnDown, checked,
                tls, null, null, 0, MemberProtocol.HTTP1);
    }

    /** What its algorithm hashes; null when it does not hash. */
    public @Nullable HashOn key() {
        return algorithm.key(hashOn);
    }

    /** This pool, with what the other one, which is written in the same way, has of what all pools share. */
    public PoolSpec shared(PoolSpec other) {
        return new PoolSpec(name, members, algorithm, hashOn, timeouts, slowStart, drainTimeout, queue,
                closeOnDown, checked, tls, other.sticky, other.zones, panicThreshold, protocol);
    }

    /** The same pool over other members. */
    public PoolSpec withMembers(List<MemberSpec> others) {
        return new PoolSpec(name, others, algorithm, hashOn, timeouts, slowStart, drainTimeout, queue,
                closeOnDown, checked, tls, sticky, zones, panicThreshold, protocol);
    }

    /** The same pool with another queue. */
    public PoolSpec withQueue(QueueSpec other) {
        return new PoolSpec(name, members, algorithm, hashOn, timeouts, slowStart, drainTimeout, other,
                closeOnDown, checked, tls, sticky, zones, panicThreshold, protocol);
    }

    /** The same pool, which ends what is open on a member that goes down. */
    public PoolSpec closingOnDown() {
        return new PoolSpec(name, members, algorithm, hashOn, timeouts, slowStart, drainTimeout, queue, true,
                checked, tls, sticky, zones, panicThreshold, protocol);
    }
}
