package io.headgate.admin;

import io.headgate.admin.access.Audit;
import io.headgate.discovery.Discovery;
import io.headgate.l4.ConnectionTable;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code GET /actuator/pools}, {@code GET /actuator/pools/{pool}} and
 * {@code POST /actuator/pools/{pool}/members/{member}}, or {@code POST /actuator/pools/{pool}} for all of its
 * members; {@code POST .../members/{member}/connections} closes its layer 4 connections, whichever listener
 * they came by.
 */
@Endpoint(id = "pools")
public final class PoolsEndpoint {

    private final Pools pools;
    private final Discovery discovery;
    private final ConnectionTable connections;

    public PoolsEndpoint(Pools pools, Discovery discovery, ConnectionTable connections) {
        this.pools = pools;
        this.discovery = discovery;
        this.connections = connections;
    }

    @ReadOperation
    public Map<String, List<PoolView>> pools() {
        List<Discovery.Status> sources = discovery.status();
        return Map.of("pools", pools.all().stream().map(pool -> PoolView.of(pool, sources)).toList());
    }

    @ReadOperation
    public WebEndpointResponse<Object> pool(@Selector String pool) {
        Optional<Pool> found = pools.find(pool);
        return found.isPresent()
                ? new WebEndpointResponse<>(PoolView.of(found.get(), discovery.status()))
                : notFound("pool: " + pool + " (expected: one of " + names() + ")");
    }

    /**
     * Changes the operator's command for a member, or for all; what it leaves out stays as it is. Or closes
     * the member's connections.
     */
    @WriteOperation
    public WebEndpointResponse<Object> operate(SecurityContext who,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path, @Nullable String state,
            @Nullable String weight, @Nullable String reason, @Nullable String ttl, @Nullable String close) {
        boolean closes = path.length == 4 && path[3].equals("connections");
        boolean whole = path.length == 1;
        if (!whole && (!(closes || path.length == 3) || !path[1].equals("members"))) {
            return notFound("path: " + String.join("/", path)
                    + " (expected: POOL, POOL/members/MEMBER or POOL/members/MEMBER/connections)");
        }
        Pool pool = pools.find(path[0]).orElse(null);
        if (pool == null) {
            return notFound("pool: " + path[0] + " (expected: one of " + names() + ")");
        }
        if (whole) {
            return operate(who, pool, new Words(state, weight, reason, ttl));
        }
        Member member = pool.member(path[2]).orElse(null);
        if (member == null) {
            return notFound("member: " + path[2] + " (expected: one of "
                    + pool.members().stream().map(Member::id).toList() + ")");
        }
        try {
            if (closes) {
                return close(who, member, close, reason);
            }
            Operator before = member.standing().operator().value();
            Operator operator = new Words(state, weight, reason, ttl).after(before);
            pool.operate(member, operator);
            Audit.done(who, "member " + member, Words.of(before), Words.of(operator), reason);
            return new WebEndpointResponse<>(PoolView.MemberView.of(member));
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    /** The same command for each member that the pool has now. */
    private WebEndpointResponse<Object> operate(SecurityContext who, Pool pool, Words command) {
        try {
            List<String> before = new ArrayList<>();
            List<String> after = new ArrayList<>();
            Map<Member, Operator> commands = new LinkedHashMap<>();
            command.after(Operator.SILENT); // a pool without members refuses what is wrong, too
            for (Member member : pool.members()) {
                Operator now = member.standing().operator().value();
                Operator next = command.after(now);
                before.add(member.id() + " " + Words.of(now));
                after.add(member.id() + " " + Words.of(next));
                commands.put(member, next);
            }
            commands.forEach(pool::operate);
            Audit.done(who, "pool " + pool.name(), String.join(", ", before), String.join(", ", after),
                    command.reason());
            return new WebEndpointResponse<>(PoolView.of(pool, discovery.status()));
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    private static WebEndpointResponse<Object> badRequest(IllegalArgumentException e) {
        return new WebEndpointResponse<>(Map.of("error", String.valueOf(e.getMessage())),
                WebEndpointResponse.STATUS_BAD_REQUEST);
    }

    private WebEndpointResponse<Object> close(SecurityContext who, Member member, @Nullable String which,
            @Nullable String reason) {
        if (!"all".equals(which)) {
            throw new IllegalArgumentException("close: " + which + " (expected: all)");
        }
        int closed = connections.close(connection -> connection.member() == member,
                Reason.CLOSED_BY_OPERATOR);
        Audit.done(who, "connections of member " + member, "all", closed + " closed", reason);
        return new WebEndpointResponse<>(Map.of("closed", closed));
    }

    private Set<String> names() {
        return Set.copyOf(pools.all().stream().map(Pool::name).toList());
    }

    private static WebEndpointResponse<Object> notFound(String error) {
        return new WebEndpointResponse<>(Map.of("error", error), WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
