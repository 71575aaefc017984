package io.headgate.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool is, as configured.
 *
 * @param name lower-case letters, digits and hyphens
 * @param members the configured members, ids unique
 * @param balancing how members are picked
 * @param queue who may wait while every member is at its max-connections
 * @param lifecycle how members come and go
 * @param timeouts how long to wait for a member
 * @param protocol what the members speak at layer 7
 * @param tls how connections to the members are secured, null for clear text
 * @param retryBudget how many requests may be repeated at once
 * @param sticky how sessions stay with members, null where they do not
 * @param adaptive how what is in flight on each member is limited by its answers, null where it is not
 */
public record PoolSpec(String name, List<MemberSpec> members, Balancing balancing, QueueSpec queue,
        Lifecycle lifecycle, Timeouts timeouts, MemberProtocol protocol, @Nullable MemberTls tls,
        RetryBudget retryBudget, @Nullable Sticky sticky, @Nullable AdaptiveSpec adaptive) {

    public PoolSpec {
        members = List.copyOf(members);
    }

    /** Limits nothing by answers. */
    public PoolSpec(String name, List<MemberSpec> members, Balancing balancing, QueueSpec queue,
            Lifecycle lifecycle, Timeouts timeouts, MemberProtocol protocol, @Nullable MemberTls tls,
            RetryBudget retryBudget, @Nullable Sticky sticky) {
        this(name, members, balancing, queue, lifecycle, timeouts, protocol, tls, retryBudget, sticky, null);
    }

    /** This pool, with what the other one, which is written in the same way, has of what all pools share. */
    public PoolSpec shared(PoolSpec other) {
        return new PoolSpec(name, members,
                new Balancing(balancing.algorithm(), balancing.hashOn(), other.balancing.zones(),
                        balancing.panicThreshold()),
                queue, lifecycle, timeouts, protocol, tls, retryBudget, other.sticky, adaptive);
    }

    /** The same pool over other members. */
    public PoolSpec withMembers(List<MemberSpec> others) {
        return new PoolSpec(name, others, balancing, queue, lifecycle, timeouts, protocol, tls, retryBudget,
                sticky, adaptive);
    }
}
