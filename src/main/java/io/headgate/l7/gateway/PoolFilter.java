package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ALREADY_ROUTED_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.headgate.l7.port.Remade;
import io.headgate.pool.HashOn;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import io.headgate.pool.SourceHash;
import io.netty.util.concurrent.Ticker;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Resolves {@code lb://POOL} to a member, just before Spring Cloud Gateway's own load balancer filter would.
 * A member that cannot be connected to is replaced by another at once; a connection that breaks after the
 * request may have been sent, only where sending it twice does no harm.
 */
public final class PoolFilter implements GlobalFilter, Ordered {

    /**
     * After RouteToRequestUrlFilter (10000) and SetRequestUri (10001), before SCG's load balancer filter
     * (10150).
     */
    public static final int ORDER = 10140;

    /** However large the pool: a request is not worth more. */
    static final int MAX_ATTEMPTS = 10;

    private static final String SCHEME = "lb";
    private static final String FORWARD = "forward";
    private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD,
            HttpMethod.OPTIONS, HttpMethod.TRACE, HttpMethod.PUT, HttpMethod.DELETE);

    private final Pools pools;
    private final Ticker ticker;

    public PoolFilter(Pools pools, Ticker ticker) {
        this.pools = pools;
        this.ticker = ticker;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI target = exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR);
        if (target != null && !isSendable(exchange, target)) {
            return Mono.error(new Failure(Reason.BAD_REQUEST, null));
        }
        String prefix = exchange.getAttribute(GATEWAY_SCHEME_PREFIX_ATTR);
        if (target == null || !(SCHEME.equals(target.getScheme()) || SCHEME.equals(prefix))) {
            return chain.filter(exchange);
        }
        exchange.getAttributes().remove(GATEWAY_SCHEME_PREFIX_ATTR);
        Pool pool = pools.find(target.getHost()).orElse(null);
        if (pool == null) {
            return Mono.error(new Failure(Reason.NO_MEMBER, null));
        }
        Call call = Call.of(exchange);
        PoolSpec spec = pool.spec();
        String scheme = scheme(target.getScheme(), spec);
        if (spec.algorithm().hashes()) {
            HashOn on = spec.algorithm() instanceof SourceHash ? HashOn.SOURCE : spec.hashOn();
            call.hash(pool, RequestKey.hash(on, exchange.getRequest()));
        }
        // SCG's Retry filter comes by again: what it retries is given back, and its member not tried twice.
        giveUp(call, call.answer());
        call.stick(Stickiness.of(pool.sticky(), exchange), exchange);
        return attempt(call.sticky().hidden(exchange), chain, call, pool, new Target(scheme, target), null);
    }

    /** What the route's filters have made of the client's target and host is one, as what clients send is. */
    private static boolean isSendable(ServerWebExchange exchange, URI target) {
        String path = target.getRawPath();
        if (target.isOpaque() || FORWARD.equals(target.getScheme()) || path == null) {
            return true; // goes to no member
        }
        String query = target.getRawQuery();
        boolean host = !exchange.getAttributeOrDefault(PRESERVE_HOST_HEADER_ATTRIBUTE, false)
                || Remade.permitsHost(exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST));
        return host && Remade.permits((path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query));
    }

    /** A pool that speaks TLS is never spoken to in clear, whatever the route says. */
    private static String scheme(String asked, PoolSpec spec) {
        return switch (asked) {
            case SCHEME, "http" -> spec.tls() == null ? "http" : "https";
            case "ws" -> spec.tls() == null ? "ws" : "wss";
            default -> asked;
        };
    }

    private Mono<Void> attempt(ServerWebExchange exchange, GatewayFilterChain chain, Call call, Pool pool,
            Target target, @Nullable Failure previous) {
        Member member = next(pool, call, previous);
        if (member != null) {
            call.hold(member);
            return send(exchange, chain, call, pool, target, member);
        }
        return pool.mayQueue(call.pick())
                ? Queued.place(pool, call, previous)
                        .flatMap(granted -> send(exchange, chain, call, pool, target, granted))
                : Mono.error(previous != null ? previous : new Failure(pool.refusal(), null));
    }

    /** To a member that the call holds. */
    private Mono<Void> send(ServerWebExchange exchange, GatewayFilterChain chain, Call call, Pool pool,
            Target target, Member member) {
        exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, target.on(member));
        long asked = ticker.nanoTime();
        return routed(exchange, chain, call).doOnSuccess(head -> {
            member.answered(ticker.nanoTime() - asked);
            call.answered(exchange.getResponse().getStatusCode());
            call.sticky().answered(exchange, member);
        })
                .onErrorResume(error -> {
                    Reason reason = reason(call, error);
                    Stay stay = call.stay();
                    Stay stale = reason == Reason.UPSTREAM_RESET && stay != null && stay.wasStale()
                            ? stay
                            : null;
                    boolean again = mayTryAgain(exchange, call, reason);
                    if (again) {
                        exchange.getAttributes().remove(GATEWAY_ALREADY_ROUTED_ATTR);
                    }
                    if (again && stale != null) {
                        stale.again();
                        return send(exchange, chain, call, pool, target, member);
                    }
                    giveUp(call, stale != null ? Outcome.UNKNOWN : reason.outcome());
                    Failure failure = new Failure(reason, error);
                    return again
                            ? attempt(exchange, chain, call, pool, target, failure)
                            : Mono.error(failure);
                });
    }

    private static Mono<Void> routed(ServerWebExchange exchange, GatewayFilterChain chain, Call call) {
        Mono<Void> routed = chain.filter(exchange);
        Stay stay = call.stay();
        return stay == null ? routed : stay.within(routed);
    }

    private static @Nullable Member next(Pool pool, Call call, @Nullable Failure previous) {
        Member member = pool.acquire(call.pick(), call.sticky().bound());
        if (member == null && previous == null && call.attempts() > 0) {
            call.startOver(); // SCG's Retry filter asks again after all were tried: better the same than none
            return pool.acquire(call.pick(), call.sticky().bound());
        }
        return member;
    }

    /**
     * What comes after this filter talks to the member: what it cannot make sense of is the member's doing.
     */
    private static Reason reason(Call call, Throwable error) {
        Reason lost = call.lost();
        if (lost != null) {
            return lost;
        }
        Reason reason = Failures.reason(error);
        return reason == Reason.INTERNAL_ERROR && error instanceof IllegalArgumentException
                ? Reason.BAD_RESPONSE
                : reason;
    }

    private static void giveUp(Call call, Outcome outcome) {
        Member member = call.held();
        if (member != null) {
            call.pick().exclude(member);
            call.release(outcome);
        }
    }

    private static boolean mayTryAgain(ServerWebExchange exchange, Call call, Reason reason) {
        if (call.attempts() >= MAX_ATTEMPTS || exchange.getResponse().isCommitted()) {
            return false;
        }
        Stay stay = call.stay();
        return switch (reason) {
            case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> true;
            case MEMBER_DOWN, MAINTENANCE, DRAIN_TIMEOUT ->
                stay != null && isUnanswered(exchange, call, stay);
            case UPSTREAM_RESET -> isUnanswered(exchange, call, stay);
            default -> false;
        };
    }

    private static boolean isUnanswered(ServerWebExchange exchange, Call call, @Nullable Stay stay) {
        return (stay == null || !stay.heard()) && exchange.getAttribute(CLIENT_RESPONSE_ATTR) == null
                && (isRepeatable(call, exchange.getRequest())
                        || (stay != null && !stay.sent() && call.hasWholeBody(exchange)));
    }

    /**
     * Sending it twice has the effect of sending it once (RFC 9110, 9.2.2), and there is no body that is
     * gone.
     */
    private static boolean isRepeatable(Call call, ServerHttpRequest request) {
        return IDEMPOTENT.contains(request.getMethod()) && !call.hasBody()
                && !TrackedRequest.hasBody(request);
    }

    /**
     * Notes the route in the call; the first of all filters, so that it is known whichever filter answers.
     * Ends a request that routes send to each other ({@code forward:}) without end.
     */
    public static final class Note implements GlobalFilter, Ordered {

        private static final int MAX_FORWARDS = 10;

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
            if (route != null && Call.of(exchange).route(route.getId()) > 1 + MAX_FORWARDS) {
                return Mono.error(new IllegalStateException("route " + route.getId()
                        + ": forwarded more than "
                        + MAX_FORWARDS + " times (expected: a target that is not forwarded here again)"));
            }
            return chain.filter(exchange);
        }
    }

    /** The request's URI without its authority. */
    private record Target(String scheme, URI uri) {

        URI on(Member member) {
            String query = uri.getRawQuery();
            return URI.create(scheme + "://" + member.address() + uri.getRawPath()
                    + (query == null ? "" : "?" + query));
        }
    }
}
