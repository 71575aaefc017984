package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One pool. The prefix here only feeds the metadata: the values of a map have none otherwise.
 *
 * @param members the members: host:port, or the long form with id, weight and so on
 * @param discovery where members are found, in addition to or instead of those that are listed
 * @param balance the algorithm that picks a member
 * @param hashOn what consistent-hash balances on: source (the client's address), path, header:NAME,
 *            cookie:NAME or query:NAME; if a request does not have it, the client's address
 * @param hashBalanceFactor with consistent-hash, the most that a member may have in flight, in percent of the
 *            mean, above 100; 0 for no bound
 * @param sticky how sessions stay with a member; without it, each request is balanced by itself
 * @param health the active checks
 * @param outlier the entry of resilience4j.circuitbreaker.configs that ejects members on which real traffic
 *            fails; without it, no member is ejected
 * @param maxEjected the share of the pool that may be ejected at a time, in percent, rounded down; in a pool
 *            of two or more at least one member, unless it is 0
 * @param zones whether members of the gateway's own zone are preferred
 * @param panicThreshold if fewer than this share of the pool's members can take work, in percent, checks and
 *            passive detection are ignored and all members get work that the operator has not taken out; 0
 *            for never
 * @param timeouts how long to wait for a member
 * @param maxConnections the most requests and connections in flight on each member, 0 for no limit; a
 *            member's own max-connections comes first
 * @param adaptiveConcurrency a limit besides, found by how long members take to answer
 * @param queue the queue for work that finds every member at its max-connections
 * @param retryBudget how many requests may be repeated at once by the Retry filters of routes
 * @param onDown what happens to open connections and requests of a member when its active checks find it
 *            down: keep (they go on) or close (connections at layer 4 are reset, requests are answered 502 or
 *            cut)
 * @param slowStart how long a new or recovered member takes to reach its full weight; 0 for at once
 * @param drainTimeout how long open requests and connections of a draining or removed member may go on
 * @param protocol the protocol that members speak at layer 7: http1, h2c (HTTP/2 in clear text, as gRPC
 *            servers do), h2 (HTTP/2 through TLS), or auto (through TLS, what the member chooses: HTTP/2 or
 *            HTTP/1.1)
 * @param tls how connections to the members are secured; without it, they are in clear text
 */
@ConfigurationProperties("headgate.pools.*")
public record PoolProperties(@DefaultValue List<MemberProperties> members,
        @Nullable DiscoveryProperties discovery,
        @DefaultValue("round-robin") String balance, @DefaultValue("source") String hashOn,
        @DefaultValue("0") int hashBalanceFactor, @Nullable PoolStickyProperties sticky,
        @DefaultValue HealthProperties health,
        @Nullable String outlier, @DefaultValue("50") int maxEjected,
        @DefaultValue ZoneProperties zones, @DefaultValue("0") int panicThreshold,
        @DefaultValue TimeoutProperties timeouts, @DefaultValue("0") int maxConnections,
        @DefaultValue AdaptiveConcurrencyProperties adaptiveConcurrency,
        @DefaultValue QueueProperties queue,
        @DefaultValue RetryBudgetProperties retryBudget, @DefaultValue("keep") String onDown,
        @DefaultValue("0s") Duration slowStart, @DefaultValue("30s") Duration drainTimeout,
        @DefaultValue("http1") String protocol, @Nullable MemberTlsProperties tls) {}
