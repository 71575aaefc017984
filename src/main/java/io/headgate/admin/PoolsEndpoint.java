package io.headgate.admin;

import io.headgate.admin.access.Audit;
import io.headgate.discovery.Discovery;
import io.headgate.l4.ConnectionTable;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import java.time.Duration;
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
import org.springframework.boot.convert.DurationStyle;

/**
 * {@code GET /actuator/pools}, {@code GET /actuator/pools/{pool}} and
 * {@code POST /actuator/pools/{pool}/members/{member}}; {@code POST .../members/{member}/connections} closes
 * its layer 4 connections, whichever listener they came by. A command is read as strings, so that every wrong
 * value gets an answer that says what was expected.
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
     * Changes the operator's command for a member; what it leaves out stays as it is. Or closes the member's
     * connections.
     */
    @WriteOperation
    public WebEndpointResponse<Object> operate(SecurityContext who,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path, @Nullable String state,
            @Nullable String weight, @Nullable String reason, @Nullable String ttl, @Nullable String close) {
        boolean closes = path.length == 4 && path[3].equals("connections");
        if (!(closes || path.length == 3) || !path[1].equals("members")) {
            return notFound("path: " + String.join("/", path)
                    + " (expected: POOL/members/MEMBER or POOL/members/MEMBER/connections)");
        }
        Pool pool = pools.find(path[0]).orElse(null);
        if (pool == null) {
            return notFound("pool: " + path[0] + " (expected: one of " + names() + ")");
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
            Operator operator = command(member.standing().operator().value(), state, weight, reason, ttl);
            Operator before = member.standing().operator().value();
            pool.operate(member, operator);
            Audit.done(who, "member " + member, before, operator, reason);
            return new WebEndpointResponse<>(PoolView.MemberView.of(member));
        } catch (IllegalArgumentException e) {
            return new WebEndpointResponse<>(Map.of("error", String.valueOf(e.getMessage())),
                    WebEndpointResponse.STATUS_BAD_REQUEST);
        }
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

    private static Operator command(Operator now, @Nullable String state, @Nullable String weight,
            @Nullable String reason, @Nullable String ttl) {
        if (state == null && weight == null) {
            throw new IllegalArgumentException("command: nothing to do (expected: state, weight or both)");
        }
        return new Operator(state == null ? now.intent() : intent(state),
                weight == null ? now.weight() : weight(weight),
                reason == null && state == null ? now.reason() : reason,
                ttl != null ? ttl(ttl) : state == null ? now.ttl() : null);
    }

    private static Intent intent(String state) {
        return switch (state) {
            case "ready" -> Intent.READY;
            case "drain" -> Intent.DRAIN;
            case "maintenance" -> Intent.MAINTENANCE;
            default -> throw new IllegalArgumentException(
                    "state: " + state + " (expected: ready, drain or maintenance)");
        };
    }

    /** "default" withdraws the operator's weight. */
    private static @Nullable Integer weight(String text) {
        if (text.equals("default")) {
            return null;
        }
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > MemberSpec.MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + text + " (expected: 0 to 256, or default)");
        }
        return Integer.valueOf(text);
    }

    private static Duration ttl(String text) {
        try {
            Duration ttl = DurationStyle.detectAndParse(text);
            if (ttl.isNegative() || ttl.isZero()) {
                throw new IllegalArgumentException("not positive");
            }
            return ttl;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("ttl: " + text + " (expected: a duration above 0 such as 10m)",
                    e);
        }
    }

    private Set<String> names() {
        return Set.copyOf(pools.all().stream().map(Pool::name).toList());
    }

    private static WebEndpointResponse<Object> notFound(String error) {
        return new WebEndpointResponse<>(Map.of("error", error), WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
